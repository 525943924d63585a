import { asSentence, h, plural, state, verdict } from "../shell/dom.js";
import { fixOffer } from "./fix-offer.js";

const SHOWN_AT_FIRST = 25;
const KINDS = {
  BatchMeterUsage: "a BatchMeterUsage body",
  MeterUsage: "a MeterUsage body",
  UsageRecord: "one usage record",
  UsageRecords: "an array of usage records",
  UsageEvent: "one usage event",
  UsageEvents: "an array of usage events",
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
  const what = report.kind ? `Read as ${KINDS[report.kind]}, ${plural(report.recordCount, report.points ? "event" : "record")}.` : null;
  const name = errors > 0 ? "fail" : warningsIn(report) > 0 ? "warn" : "pass";
  const means = report.points ? "The ledger takes events that are up to 47 hours old, and adds them up by the hour; one with an error goes to the rejects queue."
    : errors > 0 ? "AWS refuses a request with any of these errors." : "Nothing breaks the rules of this edition.";
  return verdict(name, sentence(report), ...[what, means].filter(Boolean));
}

/** The violations in the order of the text. */
export const inOrder = (report) => [...report.violations].sort((a, b) => a.start - b.start);

/**
 * Every violation with its place, its words, its rule and its safe fix; `select` moves the selection there, `apply` applies
 * fixes, `steps` are the buttons that go from one to the next. Answers the panel, and how to show one of the violations in it.
 */
export function violationList(report, text, { select, fixes, apply, steps }) {
  if (report.violations.length === 0) return { panel: null, reveal() {} };
  const sorted = inOrder(report);
  const fixOf = new Map(fixes.map((fix) => [fix.violation, fix]));
  const list = h("ol", { class: "violations" });
  const more = h("button", { type: "button", class: "more" }, "");
  const grow = (count) => {
    const from = list.childElementCount;
    list.append(...sorted.slice(from, count).map((violation) => item(violation, text, select, fixOf.get(violation), apply)));
    more.hidden = list.childElementCount === sorted.length;
    more.textContent = `Show ${sorted.length - list.childElementCount} more`;
    reachExcerpts(list);
  };
  grow(SHOWN_AT_FIRST);
  more.addEventListener("click", () => {
    grow(sorted.length);
    list.children[SHOWN_AT_FIRST].querySelector("button").focus();
  });
  return {
    panel: h("section", { class: "panel", "aria-label": "Violations" },
      h("h3", {}, "Violations", steps), list, more, unlisted(report)),
    reveal(index) {
      if (index >= list.childElementCount) grow(index + SHOWN_AT_FIRST);
      for (const [at, one] of [...list.children].entries()) {
        if (at === index) one.setAttribute("aria-current", "true");
        else one.removeAttribute("aria-current");
      }
      list.scrollTop = list.children[index].offsetTop - list.offsetTop;
    },
  };
}

const unlisted = ({ unlistedErrors = 0, unlistedWarnings = 0 }) => unlistedErrors + unlistedWarnings === 0 ? null
  : h("p", { class: "notice info" }, `Not listed: ${plural(unlistedErrors, "more error")} and ${plural(unlistedWarnings, "more warning")}. Mend these first.`);

function item(violation, text, select, fix, apply) {
  const { severity, code, line, column, message, actual, limit, source, pointer } = violation;
  const name = severity === "error" ? "fail" : "warn";
  return h("li", { class: `violation ${name}`, "data-code": code },
    h("div", { class: "violation-head" },
      state(name, severity === "error" ? "Error" : "Warning"),
      h("button", { type: "button", class: "place", onclick: () => select(violation) }, `Line ${line}, column ${column}`),
      h("span", { class: "code" }, code)),
    h("p", { class: "violation-message" }, asSentence(message)),
    excerpt(violation, text),
    fix ? fixOffer(fix, text, apply) : null,
    h("dl", { class: "facts detail" },
      actual ? [h("dt", {}, "Found"), h("dd", { class: "value", translate: "no" }, short(actual))] : null,
      limit ? [h("dt", {}, "Rule"), h("dd", {}, limit)] : null,
      pointer ? [h("dt", {}, "JSON pointer"), h("dd", { class: "value", translate: "no" }, pointer)] : null),
    h("p", { class: "source" }, `Source: ${source}`));
}

const short = (value) => value.length > 300 ? `${value.slice(0, 300)}… (${value.length} characters)` : value;

const BEFORE = 28;
const WIDTH = 76;

/** What is cut off at the side can be scrolled by keys; what is not needs no stop on the way. */
export function reachExcerpts(root) {
  const all = [...root.querySelectorAll("pre.excerpt")];
  const cut = all.map((pre) => pre.scrollWidth > pre.clientWidth);
  all.forEach((pre, index) => {
    for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", "Place in the text"]]) {
      if (cut[index]) pre.setAttribute(name, value);
      else pre.removeAttribute(name);
    }
  });
}

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
