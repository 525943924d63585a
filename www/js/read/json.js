/** The value of a JSON text; undefined for anything else. */
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

export const isText = (value) => typeof value === "string";

/** A usage event, plain or a CloudEvent: what goes into the ledger, which makes the records. */
export const isEvent = (value) => isObject(value) && ("EventId" in value || "specversion" in value);

/** A value as the usage view shows it, one member a line. */
export const print = (value) => JSON.stringify(value, null, 2);

// A longer line is no record.
const LONGEST_LINE = 1_000_000;

/** `{ value, line }` of the first of several lines where it is a JSON object by itself; null where it is not, or nothing follows. */
export function firstOfLines(text) {
  const start = text.trimStart();
  const end = start.indexOf("\n");
  if (end < 0 || end > LONGEST_LINE || start.slice(end).trim() === "") return null;
  const line = start.slice(0, end).trimEnd();
  const value = parse(line);
  return isObject(value) ? { value, line } : null;
}
