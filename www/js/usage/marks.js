import { h, plural, s } from "../shell/dom.js";
import { moment } from "../shell/time.js";

/** What became of a record, in words. */
export const STATES = {
  accepted: "Accepted",
  warning: "Accepted, with a warning",
  repeated: "Equal to another: sent once",
  conflict: "Conflict: same hour, other quantity",
  blocked: "Held back by an error of the request",
  rejected: "Rejected",
};

// Marks nearer to each other than this many pixels are drawn as one.
const BIN = 4;
const NAMED = 10;

/** Points by the place they fall on; there, one mark for each state, so that none hides another. */
export function spread(points, at) {
  const places = new Map();
  for (const point of points) {
    const place = at(point.timestamp);
    const key = `${Math.round(place.x / BIN)} ${place.outside}`;
    if (!places.has(key)) places.set(key, { place, states: new Map() });
    const { states } = places.get(key);
    if (!states.has(point.state)) states.set(point.state, []);
    states.get(point.state).push(point);
  }
  return [...places.values()].sort((a, b) => a.place.x - b.place.x).map(({ place, states }) => ({ place, members: [...states.values()] }));
}

/** What a mark stands for: its records, the first ones by name. */
export function spokenMark(points) {
  const named = points.slice(0, NAMED).map((point) =>
    `Record ${point.index}: ${point.quantity} ${point.dimension}, ${moment(point.timestamp)}. ${STATES[point.state]}.`);
  if (points.length > NAMED) named.push(`And ${plural(points.length - NAMED, "more record")} in the same place.`);
  return named.join("\n");
}

/** One shape for each state, about 12 pixels across, around the origin. */
export function shape(state) {
  if (state === "rejected") return s("path", { class: "mark rejected", d: "M-5-5L5 5M5-5L-5 5" });
  if (state === "warning") return s("path", { class: "mark warning", d: "M0-6.5L6.5 5.5H-6.5z" });
  if (state === "conflict") return s("path", { class: "mark conflict", d: "M0-7L7 0L0 7L-7 0z" });
  if (state === "blocked") return s("rect", { class: "mark blocked", x: -5, y: -5, width: 10, height: 10 });
  return s("circle", { class: `mark ${state}`, r: state === "repeated" ? 5 : 6 });
}

/** The signs of the drawing, in words. */
export const legend = (points) => h("ul", { class: "legend plain", "aria-label": "Signs" },
  Object.keys(STATES).filter((name) => points.some((point) => point.state === name)).map((name) =>
    h("li", {}, s("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true", focusable: "false" }, shape(name)), STATES[name])));
