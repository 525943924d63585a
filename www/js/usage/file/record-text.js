import { parse } from "../../read/json.js";
import { recordSpan } from "../spans.js";

/** The text of one record of a line: of a request or an array, the one with this index. */
export function recordText(text, index) {
  const value = parse(text);
  const span = value === undefined ? null : recordSpan(text, Array.isArray(value) ? "UsageRecords" : "BatchMeterUsage", index);
  return span ? text.slice(span.from, span.to) : text;
}
