import { HOUR, MINUTE } from "../shell/time.js";

// Records this far outside the window still stretch the axis; those beyond are drawn at its edge.
const STRETCH_BEFORE = 1;
const STRETCH_AFTER = 0.4;
const STEPS = [5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR];

/** The span of time to draw: the window with a margin, stretched to records that are near it. */
export function domain(window, now, times) {
  const length = Math.max(window.newest - window.oldest, HOUR);
  const near = times.filter((ms) => ms >= window.oldest - STRETCH_BEFORE * length && ms <= window.newest + STRETCH_AFTER * length);
  return {
    from: Math.min(window.oldest - 0.12 * length, ...near.map((ms) => ms - 0.04 * length)),
    to: Math.max(window.newest, now, ...near) + 0.08 * length,
  };
}

/** Moments at round UTC times, at least `room` pixels apart. */
export function ticks({ from, to }, width, room) {
  const step = STEPS.find((size) => (size / (to - from)) * width >= room) ?? STEPS.at(-1);
  const first = Math.ceil(from / step) * step;
  const result = [];
  for (let at = first; at <= to; at += step) result.push(at);
  return result;
}

/** From milliseconds to pixels; what lies outside sticks to the edge. */
export function scale({ from, to }, left, width) {
  return (ms) => {
    const x = left + ((ms - from) / (to - from)) * width;
    return { x: Math.round(Math.min(Math.max(x, left), left + width) * 10) / 10, outside: ms < from ? -1 : ms > to ? 1 : 0 };
  };
}

/** First moments of UTC months inside the span. */
export function monthStarts({ from, to }) {
  const result = [];
  const at = new Date(from);
  for (let month = at.getUTCMonth(); result.length < 4; month += 1) {
    const start = Date.UTC(at.getUTCFullYear(), month, 1);
    if (start > to) break;
    if (start >= from) result.push(start);
  }
  return result;
}
