import { h, s } from "../shell/dom.js";
import { clockTime } from "../shell/time.js";
import { grouped, pixels } from "./amounts.js";

const SPAN = 120_000;
const TOP = 14;
const BOTTOM = 26;

/** Used and billed over the last two minutes: two lines, and between them what waits. */
export function createChart() {
  const frame = h("div", { class: "live-chart" });
  let width = 0;
  let height = 0;
  let latest = null;
  new ResizeObserver(([{ contentRect }]) => {
    const next = [Math.round(contentRect.width), Math.round(contentRect.height)];
    if (next[0] === 0 || (next[0] === width && next[1] === height)) return;
    [width, height] = next;
    if (latest) draw(latest);
  }).observe(frame);

  function draw(scene) {
    const { points, at, totals } = scene;
    if (width === 0 || points.length === 0) return;
    const right = width - 2;
    const from = Math.max(points[0].at, at - SPAN);
    // The first seconds fill the whole width: an empty drawing says nothing.
    const span = Math.max(at - from, 20_000);
    const kept = points.filter((point, index) => point.at >= from || points[index + 1]?.at > from);
    const values = kept.flatMap(({ used, billed }) => [pixels(used), pixels(billed)]);
    const { low, high, steps } = axis(Math.min(...values), Math.max(...values));
    const x = (ms) => Math.max(0, ((ms - from) / span) * right);
    const y = (value) => TOP + (1 - (value - low) / (high - low)) * (height - TOP - BOTTOM);
    const used = staircase(kept, x, (point) => y(pixels(point.used)), x(at));
    const billed = staircase(kept, x, (point) => y(pixels(point.billed)), x(at));
    const last = kept.at(-1);
    const ends = apart(y(pixels(last.used)), y(pixels(last.billed)), height);
    const label = `Used ${grouped(totals.used)}, billed ${grouped(totals.billed)}, over the last two minutes.`;
    frame.replaceChildren(s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label },
      steps.map((value) => s("g", { class: "live-grid" },
        s("line", { x1: 0, x2: right, y1: y(value), y2: y(value) }),
        s("text", { x: 2, y: y(value) - 4 }, compact(value)))),
      named(hours(kept).map(({ at: ms, words }) => ({ x: x(ms), words })), right).map((mark) => s("g", { class: "live-hour" },
        s("line", { x1: mark.x, x2: mark.x, y1: TOP, y2: height - BOTTOM }),
        mark.words === null ? null : s("text", { x: mark.x, y: height - 8, "text-anchor": "middle" }, mark.words))),
      s("path", { class: "live-area", d: `M${join(used)}L${join([...billed].reverse())}Z` }),
      s("path", { class: "live-line billed", d: `M${join(billed)}` }),
      s("path", { class: "live-line used", d: `M${join(used)}` }),
      s("text", { class: "live-end used", x: right - 4, y: ends.used, "text-anchor": "end" }, "used"),
      s("text", { class: "live-end billed", x: right - 4, y: ends.billed, "text-anchor": "end" }, "billed")));
  }

  return { element: frame, update(scene) { latest = scene; draw(scene); } };
}

const join = (corners) => corners.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");

/** A sum stays what it is until it changes: steps, not slopes. */
function staircase(points, x, y, end) {
  const corners = [];
  points.forEach((point, index) => {
    if (index > 0) corners.push([x(point.at), corners.at(-1)[1]]);
    corners.push([x(point.at), y(point)]);
  });
  return [...corners, [end, corners.at(-1)[1]]];
}

/** Words above the upper line and below the lower one. */
const apart = (used, billed, height) => ({ used: Math.max(11, used - 7), billed: Math.min(height - BOTTOM - 4, Math.max(billed, used) + 16) });

/** Where an hour of the flow's time began. */
function hours(points) {
  const marks = [];
  for (let index = 1; index < points.length; index += 1) {
    const hour = (point) => Math.floor(Date.parse(point.now) / 3_600_000);
    if (hour(points[index]) > hour(points[index - 1])) marks.push({ at: points[index].at, words: clockTime(hour(points[index]) * 3_600_000) });
  }
  return marks;
}

/** The marks, with words where there is room for them. */
function named(marks, right) {
  let free = 18;
  return marks.filter((mark) => mark.x > 4).map((mark) => {
    const fits = mark.x >= free && mark.x <= right - 20;
    if (fits) free = mark.x + 44;
    return fits ? mark : { ...mark, words: null };
  });
}

/** Round steps, about four, around the values; never less than one unit apart. */
function axis(lowest, highest) {
  const range = Math.max(highest - lowest, 4);
  const rough = range / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].find((factor) => factor * power >= rough) * power);
  const low = Math.floor(lowest / step) * step;
  const high = Math.max(low + step, Math.ceil(highest / step) * step);
  const steps = [];
  for (let value = low; value <= high; value += step) steps.push(value);
  return { low, high, steps };
}

const short = new Intl.NumberFormat("en");
const compact = (value) => short.format(value);
