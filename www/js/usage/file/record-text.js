import { elementsOf, membersOf } from "../spans.js";

/** The text of one record of a line: of a request, the one with this index. */
export function recordText(text, index) {
  try {
    const value = JSON.parse(text);
    if (Array.isArray(value)) return sliceOf(text, elementsOf(text)[index]);
    if (!Array.isArray(value.UsageRecords)) return text;
    const list = membersOf(text).find(({ name }) => name === "UsageRecords");
    return sliceOf(text, elementsOf(text, list.from)[index]);
  } catch {
    return text;
  }
}

const sliceOf = (text, element) => (element ? text.slice(element.from, element.to) : text);
