import { h } from "../../shell/dom.js";

/** Whether a text is JSON lines: several lines, the first of which is a JSON object of its own. */
export function isJsonLines(text, report) {
  if (report && report.violations[0]?.code !== "json_trailing_text") return false;
  const lines = text.slice(0, 1_000_000).split("\n", 50).filter((line) => line.trim() !== "");
  if (lines.length < 2) return false;
  return isObject(lines[0]);
}

function isObject(line) {
  try {
    const value = JSON.parse(line);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

/** What is offered where JSON lines stand in the text area. */
export const lineByLine = (act) => h("p", { class: "notice info" }, "These are JSON lines: several documents, one a line. ",
  h("button", { type: "button", class: "by-line", onclick: act }, "Judge line by line"));
