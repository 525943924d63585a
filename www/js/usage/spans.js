// Where the members of a JSON object stand. For text that has been read as JSON already: nothing is checked here.

/** The members of the object that begins at `at`: `{ name, start, from, to }`, the value being `text.slice(from, to)`. */
export function membersOf(text, at = 0) {
  const members = [];
  let next = blank(text, blank(text, at) + 1);
  while (next < text.length && text[next] !== "}") {
    const start = next;
    const colon = stringEnd(text, start);
    const from = blank(text, blank(text, colon) + 1);
    const to = valueEnd(text, from);
    members.push({ name: JSON.parse(text.slice(start, colon)), start, from, to });
    next = blank(text, to);
    if (text[next] === ",") next = blank(text, next + 1);
  }
  return members;
}

/** The elements of the array that begins at `at`: `{ from, to }`. */
export function elementsOf(text, at = 0) {
  const elements = [];
  let next = blank(text, blank(text, at) + 1);
  while (next < text.length && text[next] !== "]") {
    const to = valueEnd(text, next);
    elements.push({ from: next, to });
    next = blank(text, to);
    if (text[next] === ",") next = blank(text, next + 1);
  }
  return elements;
}

/** The first place from `at` on that holds no white space. */
function blank(text, at) {
  let next = at;
  while (next < text.length && " \t\r\n".includes(text[next])) next += 1;
  return next;
}

function stringEnd(text, at) {
  let next = at + 1;
  while (next < text.length && text[next] !== '"') next += text[next] === "\\" ? 2 : 1;
  return next + 1;
}

function valueEnd(text, at) {
  if (text[at] === '"') return stringEnd(text, at);
  let depth = 0;
  let next = at;
  while (next < text.length) {
    const char = text[next];
    if (char === '"') {
      next = stringEnd(text, next);
      continue;
    }
    if (depth === 0 && ",]} \t\r\n".includes(char)) return next;
    if (char === "{" || char === "[") depth += 1;
    if (char === "}" || char === "]") {
      depth -= 1;
      if (depth === 0) return next + 1;
    }
    next += 1;
  }
  return next;
}

/** Where a record stands in a document of this kind; null where it cannot be told. */
export function recordSpan(text, kind, index) {
  try {
    if (/^Usage.*s$/.test(kind)) return elementsOf(text)[index] ?? null;
    const list = membersOf(text).find(({ name }) => name === "UsageRecords");
    if (kind !== "BatchMeterUsage" || !list) return { from: blank(text, 0), to: text.trimEnd().length };
    return elementsOf(text, list.from)[index] ?? null;
  } catch {
    return null;
  }
}
