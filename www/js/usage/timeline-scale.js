import { HOUR, MINUTE, clockTime, day } from "../shell/time.js";

// Records this far outside the window still stretch the axis; those beyond are drawn at its edge until one zooms out.
const STRETCH_BEFORE = 1;
const STRETCH_AFTER = 0.4;
const DAY = 24 * HOUR;
// A record further off than this is drawn at the edge always: a year's axis shows nothing of a day.
const FARTHEST = 400 * DAY;
const STEPS = [
  1000, 5000, 15_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
  DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 56 * DAY, 112 * DAY, 224 * DAY,
];

// A panel's padding and border, left and right.
const PADDING = 34;

/** How wide a picture is in a panel of this width. */
export const pictureWidth = (panel) => Math.max(250, panel - PADDING);

/** Where the axis begins in a picture, in pixels, and how long it is. */
export function axis(width) {
  const left = width >= 560 ? 150 : 84;
  return { left, plot: width - left - 12 };
}

/** The span of time to draw: the window with a margin, stretched to records that are near it. */
export function domain(window, now, times) {
  const length = Math.max(window.newest - window.oldest, HOUR);
  const near = times.filter((ms) => ms >= window.oldest - STRETCH_BEFORE * length && ms <= window.newest + STRETCH_AFTER * length);
  return {
    from: Math.min(window.oldest - 0.12 * length, least(near) - 0.04 * length),
    to: Math.max(window.newest, now, most(near)) + 0.08 * length,
  };
}

/** The span that holds every record, as far as it makes sense to draw. */
export function extent({ from, to }, times) {
  const first = Math.max(least(times), from - FARTHEST);
  const last = Math.min(most(times), to + FARTHEST);
  const margin = 0.04 * (Math.max(to, last) - Math.min(from, first));
  return { from: Math.min(from, first - margin), to: Math.max(to, last + margin) };
}

const least = (times) => times.reduce((a, b) => Math.min(a, b), Infinity);
const most = (times) => times.reduce((a, b) => Math.max(a, b), -Infinity);

/** Moments at round UTC times, at least `room` pixels apart. */
export function ticks({ from, to }, width, room) {
  const step = STEPS.find((size) => (size / (to - from)) * width >= room) ?? STEPS.at(-1);
  const first = Math.ceil(from / step) * step;
  const result = [];
  for (let at = first; at <= to; at += step) result.push(at);
  return result;
}

/** A day, a time of the day, or one with seconds: what the tick's place asks for. */
export const tickWords = (ms) => (ms % DAY === 0 ? day(ms) : ms % MINUTE === 0 ? clockTime(ms) : new Date(ms).toISOString().slice(11, 19));

/** Words at the axis' ends stay inside it. */
export const anchor = (x, left, plot) => (x < left + 18 ? "start" : x > left + plot - 18 ? "end" : "middle");

/** From milliseconds to pixels; what lies outside sticks to the edge. */
export function scale({ from, to }, left, width) {
  return (ms) => {
    const x = left + ((ms - from) / (to - from)) * width;
    return { x: Math.round(Math.min(Math.max(x, left), left + width) * 10) / 10, outside: ms < from ? -1 : ms > to ? 1 : 0 };
  };
}

/** First moments of UTC months inside the span, at most four. */
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
