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

/** A value as the usage view shows it, one member a line. */
export const print = (value) => JSON.stringify(value, null, 2);
