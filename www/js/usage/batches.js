import { h, plural } from "../shell/dom.js";
import { batchBar } from "./batch-bar.js";
import { copyButton, saveFile } from "./save.js";
import { zip } from "./zip.js";

const SHOWN_AT_FIRST = 20;

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
    plan.batches.length > 1 ? exportAll(plan.batches) : null,
    batchList(plan.batches, report),
    plan.conflicts.length > 0 ? h("p", { class: "notice" }, `Not sent, because another record of the same customer, dimension and hour is: ${named(plan.conflicts.map(({ record }) => record))}.`) : null,
    oversized(plan).map(({ records, bytes }) => h("p", { class: "notice" },
      `Too large for any request: ${named(records)}, ${plural(bytes, "byte")} alone. Use fewer allocations.`)),
    leftOut(plan.rejected));
}

const oversized = (plan) => plan.oversized ?? [];

const panel = (count, ...content) => h("section", { class: "panel", "aria-label": "Batches" },
  h("h3", {}, "What would be sent", h("span", { class: "count" }, count)), content);

function batchList(batches, report) {
  const accepted = new Set(report.records.map(({ index }) => index));
  const items = (from, to) => batches.slice(from, to).map((batch, index) => batchItem(batch, from + index, accepted));
  const list = h("ol", { class: "batch-list" }, items(0, SHOWN_AT_FIRST));
  const rest = batches.length - SHOWN_AT_FIRST;
  return [list, rest > 0 && h("button", {
    type: "button", class: "more",
    onclick({ currentTarget }) {
      list.append(...items(SHOWN_AT_FIRST));
      currentTarget.remove();
      list.children[SHOWN_AT_FIRST].querySelector("summary").focus();
    },
  }, `Show ${rest} more`)];
}

const fileName = (index) => `batch-meter-usage-${String(index + 1).padStart(3, "0")}.json`;

/** All requests in one file: apart in a ZIP file, or one a line. */
const exportAll = (batches) => h("div", { class: "export", role: "group", "aria-label": "All requests" },
  h("button", { type: "button", onclick: () => saveFile("batch-meter-usage.zip", zip(batches.map(({ body }, index) => [fileName(index), body]))) }, `Download all ${batches.length} (ZIP)`),
  h("button", { type: "button", onclick: () => saveFile("batch-meter-usage.jsonl", batches.map(({ body }) => `${body}\n`).join(""), "application/x-ndjson") }, "Download as JSON lines"));

function batchItem({ productCode, identityForm, bytes, records, coalesced, body }, index, accepted) {
  const doubtful = records.filter((record) => !accepted.has(record));
  return h("li", { class: "batch" },
    h("div", {}, h("b", {}, `BatchMeterUsage ${index + 1}`), ` ${FORMS[identityForm]}`,
      productCode ? [", product ", h("code", { translate: "no" }, productCode)] : null),
    batchBar(records.length, bytes),
    h("p", { class: "batch-facts" }, `${plural(records.length, "record")} (${numbers(records)}), ${plural(bytes, "byte")}`),
    coalesced.length > 0 ? h("p", { class: "notice info" }, `Sent once: ${coalesced.map(([kept, dropped]) => `record ${dropped} equals record ${kept}`).join("; ")}.`) : null,
    doubtful.length > 0 ? h("p", { class: "notice" }, `With these settings ${named(doubtful)} ${doubtful.length > 1 ? "have" : "has"} errors: AWS would refuse the request.`) : null,
    h("details", { "data-key": `batch-${index}` }, h("summary", {}, "Request body"),
      h("pre", { class: "text", translate: "no", tabindex: "0", role: "group", "aria-label": `Body of request ${index + 1}` }, body)),
    h("div", { class: "export" }, copyButton(body), h("button", { type: "button", onclick: () => saveFile(fileName(index), body) }, "Download")));
}

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
