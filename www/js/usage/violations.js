import { asSentence, h, plural, state, verdict } from "../shell/dom.js";

const SHOWN_AT_FIRST = 25;
const KINDS = {
  BatchMeterUsage: "BatchMeterUsage body",
  MeterUsage: "MeterUsage body",
  UsageRecord: "one usage record",
  UsageRecords: "array of usage records",
};

/** How many there are of a severity; a very long report lists the first ones and counts the others. */
const count = (report, severity, unlisted) => report.violations.filter((one) => one.severity === severity).length + (unlisted ?? 0);
const errorsIn = (report) => count(report, "error", report.unlistedErrors);
const warningsIn = (report) => count(report, "warning", report.unlistedWarnings);

/** The verdict in one sentence: the banner's title, and what a screen reader hears. */
export function sentence(report) {
  const errors = errorsIn(report);
  const warnings = warningsIn(report);
  const doubts = warnings > 0 ? `${plural(warnings, "warning")}` : null;
  if (errors > 0) return `Rejected: ${[plural(errors, "error"), doubts].filter(Boolean).join(", ")}`;
  return doubts ? `Accepted, with ${doubts}` : "Accepted";
}

/** The banner over the list. */
export function reportBanner(report) {
  const errors = errorsIn(report);
  const what = report.kind ? `Read as ${/^[aeiou]/.test(KINDS[report.kind]) ? "an " : report.kind === "UsageRecord" ? "" : "a "}${KINDS[report.kind]}, ${plural(report.recordCount, "record")}.` : null;
  const name = errors > 0 ? "fail" : warningsIn(report) > 0 ? "warn" : "pass";
  const means = errors > 0 ? "AWS refuses a request with any of these errors." : "Nothing breaks the rules of this edition.";
  return verdict(name, sentence(report), ...[what, means].filter(Boolean));
}

/** Every violation with its place, its words and its rule; `select` moves the selection there. */
export function violationList(report, text, select) {
  if (report.violations.length === 0) return null;
  const sorted = [...report.violations].sort((a, b) => a.start - b.start);
  const list = h("ol", { class: "violations" }, sorted.slice(0, SHOWN_AT_FIRST).map((violation) => item(violation, text, select)));
  const rest = sorted.length - SHOWN_AT_FIRST;
  const more = rest > 0 && h("button", {
    type: "button", class: "more",
    onclick(event) {
      list.append(...sorted.slice(SHOWN_AT_FIRST).map((violation) => item(violation, text, select)));
      event.currentTarget.remove();
      list.children[SHOWN_AT_FIRST].querySelector("button").focus();
    },
  }, `Show ${rest} more`);
  return h("section", { class: "panel", "aria-label": "Violations" },
    h("h3", {}, "Violations", h("span", { class: "count" }, "a place moves the selection there")), list, more, unlisted(report));
}

const unlisted = ({ unlistedErrors = 0, unlistedWarnings = 0 }) => unlistedErrors + unlistedWarnings === 0 ? null
  : h("p", { class: "notice info" }, `Not listed: ${plural(unlistedErrors, "more error")} and ${plural(unlistedWarnings, "more warning")}. Mend these first.`);

function item(violation, text, select) {
  const { severity, code, line, column, message, actual, limit, source, pointer } = violation;
  const name = severity === "error" ? "fail" : "warn";
  return h("li", { class: `violation ${name}`, "data-code": code },
    h("div", { class: "violation-head" },
      state(name, severity === "error" ? "Error" : "Warning"),
      h("button", { type: "button", class: "place", onclick: () => select(violation) }, `Line ${line}, column ${column}`),
      h("span", { class: "code" }, code)),
    h("p", { class: "violation-message" }, asSentence(message)),
    excerpt(violation, text),
    h("dl", { class: "facts detail" },
      actual ? [h("dt", {}, "Found"), h("dd", { class: "value", translate: "no" }, short(actual))] : null,
      limit ? [h("dt", {}, "Rule"), h("dd", {}, limit)] : null,
      pointer ? [h("dt", {}, "JSON pointer"), h("dd", { class: "value", translate: "no" }, pointer)] : null),
    h("p", { class: "source" }, `Source: ${source}`));
}

const short = (value) => value.length > 300 ? `${value.slice(0, 300)}… (${value.length} characters)` : value;

const BEFORE = 28;
const WIDTH = 76;

/** The line of the violation, cut around it, with carets below. */
function excerpt({ start, end, line }, text) {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", start);
  const to = newline === -1 ? text.length : newline;
  const indentEnd = from + /^\s*/.exec(text.slice(from, Math.min(to, start)))[0].length;
  const cutFrom = Math.max(indentEnd, start - BEFORE);
  const cutTo = Math.min(to, cutFrom + WIDTH);
  const stop = Math.max(start + 1, Math.min(end, cutTo));
  const number = `${line} │ `;
  const lead = cutFrom > indentEnd ? "…" : "";
  const count = Math.max(1, [...text.slice(start, stop)].length);
  const shift = number.length + lead.length + [...text.slice(cutFrom, start)].length;
  return h("pre", { class: "excerpt", translate: "no" },
    h("span", { class: "line-number" }, number),
    `${lead}${text.slice(cutFrom, cutTo).replaceAll("\t", " ")}${cutTo < to ? "…" : ""}\n`,
    h("span", { class: "caret", "aria-hidden": "true" }, " ".repeat(shift) + "^".repeat(count)));
}
