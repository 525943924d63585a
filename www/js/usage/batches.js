import { h, plural, state } from "../shell/dom.js";

const FORMS = { license: "by license", account: "by product code and AWS account", customer: "by product code and customer identifier" };

/** The requests that would be sent, and what is left out of them with the reason. */
export function batchPanel(plan, report) {
  if (report.kind === "MeterUsage") {
    return panel("", h("p", {}, "A MeterUsage body is one call of its own: it is never packed into a batch."));
  }
  if (plan.batches.length === 0 && plan.conflicts.length === 0 && plan.rejected.length === 0 && oversized(plan).length === 0) return null;
  const sent = plan.batches.reduce((sum, batch) => sum + batch.records.length, 0);
  return panel(`${plural(plan.batches.length, "request")}, ${plural(sent, "record")}`,
    plan.batches.length === 0 ? h("p", {}, "Nothing would be sent.") : null,
    h("ol", { class: "batch-list" }, plan.batches.map((batch, index) => batchItem(batch, index, report))),
    plan.conflicts.map(conflict),
    oversized(plan).map(({ records, bytes }) => h("p", { class: "notice" },
      `Too large for any request: ${named(records)}, ${plural(bytes, "byte")} alone. Use fewer allocations.`)),
    leftOut(plan.rejected));
}

const oversized = (plan) => plan.oversized ?? [];

const panel = (count, ...content) => h("section", { class: "panel", "aria-label": "Batches" },
  h("h3", {}, "What would be sent", h("span", { class: "count" }, count)), content);

function batchItem({ productCode, identityForm, bytes, records, coalesced, body }, index, report) {
  const accepted = new Set(report.records.map((record) => record.index));
  const doubtful = records.filter((record) => !accepted.has(record));
  return h("li", { class: "batch" },
    h("div", {}, h("b", {}, `BatchMeterUsage ${index + 1}`), ` ${FORMS[identityForm]}`,
      productCode ? [", product ", h("code", { translate: "no" }, productCode)] : null),
    h("p", { class: "batch-facts" }, `${plural(records.length, "record")} (${numbers(records)}), ${plural(bytes, "byte")}`),
    coalesced.length > 0 ? h("p", { class: "notice info" }, `Sent once: ${coalesced.map(([kept, dropped]) => `record ${dropped} equals record ${kept}`).join("; ")}.`) : null,
    doubtful.length > 0 ? h("p", { class: "notice" }, `With these settings ${named(doubtful)} ${doubtful.length > 1 ? "have" : "has"} errors: AWS would refuse the request.`) : null,
    h("details", { "data-key": `batch-${index}` }, h("summary", {}, "Request body"),
      h("pre", { class: "text", translate: "no", tabindex: "0", role: "group", "aria-label": `Body of request ${index + 1}` }, body),
      copyButton(body)));
}

const conflict = ({ record, first, differs, quantity, firstQuantity }) => h("p", { class: "notice" },
  state("fail", "Conflict"), differs === "quantity"
    ? ` Record ${record} says ${quantity}, record ${first} says ${firstQuantity} for the same customer, dimension and hour. ` +
      "AWS bills the first and answers DuplicateRecord to the other, so only the first is sent. Find out which quantity is right."
    : ` Record ${record} and record ${first} say ${quantity} for the same customer, dimension and hour, with different allocations. ` +
      "AWS bills it once and keeps one split, so only the first is sent. Find out which split is right.");

const leftOut = (rejected) => rejected.length === 0 ? null : h("p", { class: "notice info" },
  `Not sent, because of errors: ${named(rejected)}.`);

const named = (indices) => `${indices.length > 1 ? "records" : "record"} ${numbers(indices)}`;

/** "0 to 3, 7": record numbers, from 0 as in JSON pointers. */
export function numbers(indices) {
  const sorted = [...indices].sort((a, b) => a - b);
  const runs = [];
  for (const index of sorted) {
    const last = runs.at(-1);
    if (last && index === last[1] + 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from} to ${to}`)).join(", ");
}

function copyButton(body) {
  const said = h("span", { role: "status", class: "hint" });
  return h("div", {}, h("button", {
    type: "button",
    async onclick() {
      try {
        await navigator.clipboard.writeText(body);
        said.textContent = " Copied.";
      } catch {
        said.textContent = " The browser did not allow it: select the text instead.";
      }
    },
  }, "Copy"), said);
}
