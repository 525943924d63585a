import { plural, s } from "../shell/dom.js";
import { minute } from "../shell/time.js";
import { flagLine, flagWords, flags } from "./flags.js";
import { STATES, shape, spokenMark, spread } from "./marks.js";
import { anchor, axis, scale, tickWords, ticks } from "./timeline-scale.js";

const MOST_ROWS = 40;
const ROW = 28;
const GROUP = 24;

/**
 * Draws records on the time axis, a row for each dimension of each customer.
 * `points`: `{ index, customer, dimension, timestamp, quantity, state }`; `window`: `{ oldest, newest }`, what lies
 * between is accepted; `view`: the stretch to draw; `monthCloses`: how long a month stays open after its end, or null.
 * Answers the picture, its marks by row, and how many rows had no room.
 */
export function timeline({ points, window, now, width, view, monthCloses }) {
  const { left, plot } = axis(width);
  const at = scale(view, left, plot);
  const x = (ms) => at(ms).x;
  const flagged = flags({ view, now, window, monthCloses }, x, left, plot);
  const top = flagged.height;
  const { rows, bottom, hiddenRows } = layout(points, top);
  const marks = rows.map((row) => marksOf(row, at));

  const picture = s("svg", { class: "timeline", viewBox: `0 0 ${width} ${bottom + 24}`, width, height: bottom + 24, role: "group", "aria-label": spoken(points, window, now) },
    s("defs", {}, s("pattern", { id: "timeline-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      s("line", { class: "hatch", x1: 0, y1: 0, x2: 0, y2: 6 }))),
    s("g", { "aria-hidden": "true" },
      s("rect", { class: "refused-time", x: left, y: top, width: plot, height: bottom - top }),
      s("rect", { class: "window", x: x(window.oldest), y: top, width: Math.max(1, x(window.newest) - x(window.oldest)), height: bottom - top }),
      rows.filter(({ heading }) => heading !== null).map((row) => s("rect", { class: "band", x: 0, y: row.top, width: left + plot + 1, height: GROUP })),
      ticks(view, plot, 58).map((ms) => [
        s("line", { class: "tick", x1: x(ms), x2: x(ms), y1: top, y2: bottom }),
        s("text", { x: x(ms), y: bottom + 16, "text-anchor": anchor(x(ms), left, plot) }, tickWords(ms)),
      ]),
      flagged.placed.map((flag) => flagLine(flag, bottom)),
      flagged.placed.map(flagWords)),
    rows.map((row, index) => [rowWords(row, { left, plot, width }), marks[index].map(({ element }) => element)]));
  return { picture, marks: marks.filter((row) => row.length > 0), hiddenRows, width };
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

const rowWords = ({ heading, dimension, top, bottom }, { left, plot, width }) => s("g", { "aria-hidden": "true" },
  heading === null ? null : [
    s("line", { class: "rule", x1: 0, x2: left + plot, y1: top, y2: top }),
    s("text", { class: "customer-label", x: 0, y: top + 16 }, clip(heading, Math.floor(width / 7.6))),
  ],
  s("text", { class: "row-label", x: 8, y: bottom - ROW / 2 + 4 }, clip(dimension, Math.floor((left - 16) / 7))));

function marksOf({ points, bottom }, at) {
  const middle = bottom - ROW / 2;
  return spread(points, at).flatMap(({ place, members }) => members.map((group, index) => {
    const y = middle + (index - (members.length - 1) / 2) * 10;
    const words = spokenMark(group);
    return {
      x: place.x, words, keys: group.map(({ index: record }) => record), time: group[0].timestamp,
      element: s("g", { transform: `translate(${place.x} ${y})`, "data-state": group[0].state, "data-mark": true, "data-record": group[0].index, role: "img", "aria-label": words, tabindex: -1 },
        s("title", {}, words),
        s("circle", { class: "halo", r: 10 }),
        shape(group[0].state),
        group.length > 1 ? s("text", { class: "many", x: 7, y: -4 }, String(group.length)) : null,
        place.outside === 0 ? null : s("text", { x: place.outside * -14, y: 4, "text-anchor": "middle" }, place.outside < 0 ? "«" : "»")),
    };
  }));
}

const clip = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function spoken(points, window, now) {
  const counts = Object.keys(STATES).map((name) => [points.filter(({ state }) => state === name).length, STATES[name]]).filter(([count]) => count > 0);
  return `${plural(points.length, "record")} on the time axis: ${counts.map(([count, words]) => `${count} ${words.toLowerCase()}`).join("; ")}. ` +
    `Accepted from ${minute(window.oldest)} to ${minute(window.newest)}; now is ${minute(now)}.`;
}
