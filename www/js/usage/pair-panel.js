import { h, plural, state } from "../shell/dom.js";
import { pairTable } from "./pair-table.js";
import { recordSpan } from "./spans.js";

const SHOWN_AT_FIRST = 10;

const SAYS = {
  repeated: "Equal by customer, dimension, hour and quantity: AWS bills them once, so the first is sent.",
  quantity: "AWS bills the first and answers DuplicateRecord to the other, so only the first is sent. Find out which quantity is right.",
  allocations: "AWS bills the quantity once and keeps one split, so only the first is sent. Find out which split is right.",
};

/** Duplicates and conflicts of a plan, each with the record it stands against; `select(span)` shows one in the text. */
export function pairPanel(plan, report, text, select) {
  const pairs = [
    ...plan.conflicts.map(({ record, first, differs }) => ({ first, second: record, kind: differs })),
    ...plan.batches.flatMap(({ coalesced }) => coalesced.map(([first, second]) => ({ first, second, kind: "repeated" }))),
  ];
  if (pairs.length === 0) return null;
  const list = h("ol", { class: "pairs" }, pairs.slice(0, SHOWN_AT_FIRST).map((pair) => item(pair, report.kind, text, select)));
  const more = pairs.length > SHOWN_AT_FIRST && h("button", {
    type: "button", class: "more",
    onclick({ currentTarget }) {
      list.append(...pairs.slice(SHOWN_AT_FIRST).map((pair) => item(pair, report.kind, text, select)));
      currentTarget.remove();
      list.children[SHOWN_AT_FIRST].querySelector("button").focus();
    },
  }, `Show ${pairs.length - SHOWN_AT_FIRST} more`);
  const conflicts = plan.conflicts.length;
  const count = [conflicts > 0 ? plural(conflicts, "conflict") : null, pairs.length > conflicts ? plural(pairs.length - conflicts, "duplicate") : null];
  return h("section", { class: "panel", "aria-label": "Duplicates and conflicts" },
    h("h3", {}, "Duplicates and conflicts", h("span", { class: "count" }, count.filter(Boolean).join(", "))), list, more);
}

function item({ first, second, kind }, documentKind, text, select) {
  const spans = [first, second].map((index) => recordSpan(text, documentKind, index));
  const part = (at, index) => ({ title: `Record ${index}`, text: spans[at] ? text.slice(spans[at].from, spans[at].to) : "{}" });
  return h("li", { class: "pair", "data-kind": kind },
    h("div", { class: "violation-head" },
      kind === "repeated" ? state("skipped", "Duplicate") : state("fail", "Conflict"),
      [first, second].map((index, at) => spans[at] && h("button", {
        type: "button", class: "place", onclick: () => select({ start: spans[at].from, end: spans[at].to }),
      }, `Record ${index}`))),
    h("p", {}, SAYS[kind]),
    pairTable(part(0, first), part(1, second)));
}
