// Every moment on the page is UTC: AWS's rules are.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (number) => String(number).padStart(2, "0");

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** "2026-11-21 10:00:00 UTC", milliseconds only when there are some. */
export function moment(ms) {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return "no moment";
  return `${date.toISOString().replace("T", " ").replace(/(\.000)?Z$/, "")} UTC`;
}

/** "2026-11-21 10:00 UTC": a moment of the clock, where seconds say nothing. */
export const minute = (ms) => `${moment(Math.floor(ms / MINUTE) * MINUTE).slice(0, 16)} UTC`;

/** "10:00". */
export const clockTime = (ms) => `${two(new Date(ms).getUTCHours())}:${two(new Date(ms).getUTCMinutes())}`;

/** "21 Nov". */
export const day = (ms) => `${new Date(ms).getUTCDate()} ${MONTHS[new Date(ms).getUTCMonth()]}`;

/** "Nov": the month of the instant before `ms`, which a month's first instant ends. */
export const monthBefore = (ms) => MONTHS[new Date(ms - 1).getUTCMonth()];

/** "3 hours before", "2 minutes after": where `ms` lies seen from `from`. */
export function distance(ms, from) {
  const gap = Math.abs(ms - from);
  const side = ms <= from ? "before" : "after";
  for (const [size, name] of [[24 * HOUR, "day"], [HOUR, "hour"], [MINUTE, "minute"], [1000, "second"]]) {
    const count = Math.floor(gap / size);
    if (count >= 1) return `${count} ${name}${count === 1 ? "" : "s"} ${side}`;
  }
  return "at the same second";
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Milliseconds of an ISO 8601 moment that names its offset; null for anything else. */
export function readMoment(text) {
  if (!ISO.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
