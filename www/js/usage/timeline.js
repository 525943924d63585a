import { h, plural, s } from "../shell/dom.js";
import { clockTime, day, minute, moment, monthBefore } from "../shell/time.js";
import { domain, monthStarts, scale, ticks } from "./timeline-scale.js";

export const STATES = {
  accepted: "Accepted",
  warning: "Accepted, with a warning",
  repeated: "Equal to another: sent once",
  conflict: "Conflict: same hour, other quantity",
  blocked: "Held back by an error of the request",
  rejected: "Rejected",
};

const MOST_ROWS = 40;
const ROW = 28;
const GROUP = 24;
const LANE = 16;

/**
 * Draws records on the time axis, a row for each dimension of each customer.
 * `points`: `{ index, customer, dimension, timestamp, quantity, state }`; `window`: `{ oldest, newest }`, what lies
 * between is accepted; `monthCloses`: how long a month stays open after its end, or null.
 */
export function timeline({ points, window, now, width, monthCloses }) {
  const left = width >= 560 ? 150 : 84;
  const plot = width - left - 12;
  const span = domain(window, now, points.map(({ timestamp }) => timestamp));
  const at = scale(span, left, plot);
  const x = (ms) => at(ms).x;

  const flags = lanes([
    { kind: "now", x: x(now), words: `now ${clockTime(now)}` },
    { kind: "window", x: x(window.oldest), words: width >= 560 ? "accepted from here" : "accepted" },
    ...monthStarts(span).map((ms) => ({ kind: "month", x: x(ms), words: `${monthBefore(ms)} ends` })),
    ...monthStarts(span).filter((ms) => monthCloses !== null && ms + monthCloses <= span.to)
      .map((ms) => ({ kind: "month", x: x(ms + monthCloses), words: `${monthBefore(ms)} closes` })),
  ], left, plot);
  const top = flags.height;
  const { rows, bottom, hiddenRows } = layout(points, top);

  const picture = s("svg", { class: "timeline", viewBox: `0 0 ${width} ${bottom + 24}`, width, height: bottom + 24, role: "img", "aria-label": spoken(points, window, now) },
    s("defs", {}, s("pattern", { id: "timeline-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      s("line", { class: "hatch", x1: 0, y1: 0, x2: 0, y2: 6 }))),
    s("rect", { class: "refused-time", x: left, y: top, width: plot, height: bottom - top }),
    s("rect", { class: "window", x: x(window.oldest), y: top, width: Math.max(1, x(window.newest) - x(window.oldest)), height: bottom - top }),
    rows.filter(({ heading }) => heading !== null).map((row) => s("rect", { class: "band", x: 0, y: row.top, width: left + plot + 1, height: GROUP })),
    ticks(span, plot, 58).map((ms) => [
      s("line", { class: "tick", x1: x(ms), x2: x(ms), y1: top, y2: bottom }),
      s("text", { x: x(ms), y: bottom + 16, "text-anchor": anchor(x(ms), left, plot) }, ms % 86_400_000 === 0 ? day(ms) : clockTime(ms)),
    ]),
    flags.placed.map((flag) => flagLine(flag, bottom)),
    flags.placed.map(flagWords),
    rows.map((row) => drawRow(row, { left, plot, at, width })));
  return { picture, hiddenRows };
}

/** Rows by customer and dimension with their places; the customer's name stands once, above its rows. */
function layout(points, top) {
  const customers = new Map();
  for (const point of points) {
    if (!customers.has(point.customer)) customers.set(point.customer, new Map());
    const dimensions = customers.get(point.customer);
    if (!dimensions.has(point.dimension)) dimensions.set(point.dimension, []);
    dimensions.get(point.dimension).push(point);
  }
  const rows = [];
  let y = top;
  let hiddenRows = 0;
  for (const [customer, dimensions] of customers) {
    let heading = customer;
    for (const [dimension, members] of dimensions) {
      if (rows.length >= MOST_ROWS) {
        hiddenRows += 1;
        continue;
      }
      const height = ROW + (heading === null ? 0 : GROUP);
      rows.push({ heading, dimension, points: members, top: y, bottom: y + height });
      heading = null;
      y += height;
    }
  }
  return { rows, bottom: y, hiddenRows };
}

function drawRow({ heading, dimension, points, top, bottom }, { left, plot, at, width }) {
  const middle = bottom - ROW / 2;
  return s("g", {},
    heading === null ? null : [
      s("line", { class: "rule", x1: 0, x2: left + plot, y1: top, y2: top }),
      s("text", { class: "customer-label", x: 0, y: top + 16 }, clip(heading, Math.floor(width / 7.6))),
    ],
    s("text", { class: "row-label", x: 8, y: middle + 4 }, clip(dimension, Math.floor((left - 16) / 7))),
    spread(points, at).map(({ place, members }) => members.map((group, index) => {
      const y = middle + (index - (members.length - 1) / 2) * 10;
      return s("g", { transform: `translate(${place.x} ${y})`, "data-state": group[0].state },
        s("title", {}, group.slice(0, 10).map((point) => `Record ${point.index}: ${point.quantity} ${point.dimension}, ${moment(point.timestamp)}. ${STATES[point.state]}.`).join("\n")),
        shape(group[0].state),
        place.outside === 0 ? null : s("text", { x: place.outside * -14, y: 4, "text-anchor": "middle" }, place.outside < 0 ? "«" : "»"));
    })));
}

/** Points by the pixel they fall on; there, one mark for each state, so that none hides another. */
function spread(points, at) {
  const places = new Map();
  for (const point of points) {
    const place = at(point.timestamp);
    const key = `${Math.round(place.x)} ${place.outside}`;
    if (!places.has(key)) places.set(key, { place, states: new Map() });
    const { states } = places.get(key);
    if (!states.has(point.state)) states.set(point.state, []);
    states.get(point.state).push(point);
  }
  return [...places.values()].map(({ place, states }) => ({ place, members: [...states.values()] }));
}

/** Gives each flag the first lane in which its words touch no other's; words turn inwards at the right edge. */
function lanes(flags, left, plot) {
  const taken = [];
  const placed = flags.map((flag) => {
    const length = flag.words.length * 7.2 + 8;
    const turned = flag.x + length > left + plot;
    const [from, to] = turned ? [flag.x - length, flag.x] : [flag.x, flag.x + length];
    let lane = 0;
    while ((taken[lane] ?? []).some(([start, end]) => from < end && to > start)) lane += 1;
    (taken[lane] ??= []).push([from, to]);
    return { ...flag, turned, y: lane * LANE + 12 };
  });
  return { placed, height: Math.max(1, taken.length) * LANE + 6 };
}

const flagLine = ({ kind, x, y }, bottom) => (kind === "window" ? null : s("line", { class: kind, x1: x, x2: x, y1: y - 9, y2: bottom }));

const flagWords = ({ kind, x, y, words, turned }) =>
  s("text", { class: `flag ${kind}-label`, x: turned ? x - 5 : x + 5, y, "text-anchor": turned ? "end" : "start" }, words);

/** One shape for each state, about 12 pixels across, around the origin. */
function shape(state) {
  if (state === "rejected") return s("path", { class: "mark rejected", d: "M-5-5L5 5M5-5L-5 5" });
  if (state === "warning") return s("path", { class: "mark warning", d: "M0-6.5L6.5 5.5H-6.5z" });
  if (state === "conflict") return s("path", { class: "mark conflict", d: "M0-7L7 0L0 7L-7 0z" });
  if (state === "blocked") return s("rect", { class: "mark blocked", x: -5, y: -5, width: 10, height: 10 });
  return s("circle", { class: `mark ${state}`, r: state === "repeated" ? 5 : 6 });
}

const anchor = (x, left, plot) => (x < left + 18 ? "start" : x > left + plot - 18 ? "end" : "middle");
const clip = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
function spoken(points, window, now) {
  const counts = Object.keys(STATES).map((name) => [points.filter(({ state }) => state === name).length, STATES[name]]).filter(([count]) => count > 0);
  return `${plural(points.length, "record")} on the time axis: ${counts.map(([count, words]) => `${count} ${words.toLowerCase()}`).join("; ")}. ` +
    `Accepted from ${minute(window.oldest)} to ${minute(window.newest)}; now is ${minute(now)}.`;
}

/** The signs of the drawing, in words. */
export const legend = (points) => h("ul", { class: "legend plain", "aria-label": "Signs" },
  Object.keys(STATES).filter((name) => points.some((point) => point.state === name)).map((name) =>
    h("li", {}, s("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true", focusable: "false" }, shape(name)), STATES[name])));

/** The same records as a table. */
export const table = (points) => h("div", { class: "table-wrap", tabindex: "0", role: "group", "aria-label": "Table of records" },
  h("table", {},
    h("caption", {}, "Records in the order of the text, counted from 0 as in JSON pointers. Times are UTC."),
    h("thead", {}, h("tr", {}, ["Record", "Time", "Dimension", "Quantity", "State", "Customer"].map((title) =>
      h("th", { scope: "col", class: title === "Quantity" || title === "Record" ? "number" : null }, title)))),
    h("tbody", {}, points.map((point) => h("tr", {},
      h("td", { class: "number" }, String(point.index)),
      h("td", {}, moment(point.timestamp)),
      h("td", {}, point.dimension),
      h("td", { class: "number" }, point.quantity),
      h("td", {}, STATES[point.state]),
      h("td", { class: "customer" }, point.customer))))));
