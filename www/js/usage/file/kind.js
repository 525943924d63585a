import { isObject, parse } from "../../read/json.js";
import { h } from "../../shell/dom.js";

/** Whether a text is JSON lines: several lines, the first of which is a JSON object or array of its own. */
export function isJsonLines(text, report) {
  if (report && report.violations[0]?.code !== "json_trailing_text") return false;
  const lines = text.slice(0, 1_000_000).split("\n", 50).filter((line) => line.trim() !== "");
  const first = lines.length < 2 ? undefined : parse(lines[0]);
  return isObject(first) || Array.isArray(first);
}

/** What is offered where JSON lines stand in the text area. */
export const lineByLine = (act) => h("p", { class: "notice info" }, "These are JSON lines: several documents, one a line. ",
  h("button", { type: "button", class: "by-line", onclick: act }, "Judge line by line"));
