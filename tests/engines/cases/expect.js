// What cases say of values. No engine's own assertions: this runs in every one of them.

/** Throws unless both are alike: same kinds, same members, same values. */
export function same(actual, expected, what = "the value") {
  const place = difference(actual, expected, what);
  if (place !== null) throw new Error(place);
}

/** Throws unless it holds. */
export function holds(condition, what) {
  if (!condition) throw new Error(`${what} does not hold`);
}

/** What the work throws; an error where it throws nothing. */
export function thrown(work) {
  let answer;
  try {
    answer = work();
  } catch (error) {
    return error;
  }
  throw new Error(`nothing was thrown, but answered: ${shown(answer)}`);
}

/** What the work answers or throws, as one text that can be compared between engines. */
export function outcome(work) {
  try {
    return canonical(work());
  } catch (error) {
    return `${error.name} ${canonical({ ...error, message: error.message })}`;
  }
}

/** A value as text with its members in order. */
export function canonical(value) {
  return JSON.stringify(value, (_, member) =>
    isPlain(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function difference(actual, expected, path) {
  if (Object.is(actual, expected)) return null;
  const isTree = typeof actual === "object" && actual !== null && typeof expected === "object" && expected !== null;
  if (!isTree || kindOf(actual) !== kindOf(expected)) {
    return `${path} is ${shown(actual)}, not ${shown(expected)}`;
  }
  if (kindOf(actual) === "Date") {
    return actual.getTime() === expected.getTime() ? null : `${path} is ${shown(actual)}, not ${shown(expected)}`;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const at = Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`;
    if (!Object.hasOwn(expected, key)) return `${at} is ${shown(actual[key])}, and should not be there`;
    if (!Object.hasOwn(actual, key)) return `${at} is missing: it should be ${shown(expected[key])}`;
    const inner = difference(actual[key], expected[key], at);
    if (inner !== null) return inner;
  }
  return null;
}

const kindOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

function isPlain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value) {
  const text = value === undefined ? "undefined" : JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
