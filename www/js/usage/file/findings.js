// What was found, counted by code, with the first places of each.

/** Places that are kept for each code. */
export const PLACES_SHOWN = 20;

const EXCERPT = 160;
const BEFORE = 48;

export class Findings {
  #codes = new Map();
  errors = 0;
  warnings = 0;

  /** `place` answers what is shown of it; it is asked only for the first ones. */
  add(code, severity, place) {
    let found = this.#codes.get(code);
    if (!found) this.#codes.set(code, found = { code, severity, count: 0, places: [] });
    found.count += 1;
    if (severity === "error") this.errors += 1;
    else this.warnings += 1;
    if (found.places.length < PLACES_SHOWN) found.places.push(place());
  }

  /** Errors first, the most frequent first. */
  list() {
    return [...this.#codes.values()].sort((a, b) => (a.severity === b.severity ? b.count - a.count : a.severity === "error" ? -1 : 1));
  }
}

const decoder = new TextDecoder();

/** The text around a stretch of bytes, cut to what can be shown; bytes that are not UTF-8 as U+FFFD. */
export function excerpt(bytes, start, end) {
  const from = back(bytes, Math.max(0, start - BEFORE));
  const to = back(bytes, Math.min(bytes.length, from + EXCERPT));
  const stop = Math.min(Math.max(end, start + 1), to);
  const text = (a, b) => decoder.decode(bytes.subarray(a, Math.max(a, b))).replace(/[\r\t]/g, " ");
  return { before: (from > 0 ? "…" : "") + text(from, start), marked: text(start, stop), after: text(stop, to) + (to < bytes.length ? "…" : "") };
}

/** The beginning of the character that a byte belongs to. */
function back(bytes, at) {
  let first = at;
  while (first > 0 && first < bytes.length && (bytes[first] & 0xc0) === 0x80 && at - first < 3) first -= 1;
  return first;
}

/** Column in characters, from 1, of a byte of a line. */
export const columnOf = (bytes, at) => [...decoder.decode(bytes.subarray(0, at))].length + 1;
