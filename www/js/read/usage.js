import { plural } from "../shell/dom.js";
import { isEvent, isObject, isText, print } from "./json.js";

const usage = (kind, text, line, more) => ({ kind, view: "usage", text, line, ...more });

/** A request body, a record, an event, an array of them; or the answer of BatchMeterUsage, whose records are taken out. */
export function usageJson(value, text) {
  if (Array.isArray(value)) {
    return value.every(isObject) ? usage("usage", text, `An array of ${plural(value.length, value.some(isEvent) ? "usage event" : "usage record")}.`) : null;
  }
  if (!isObject(value)) return null;
  if (isEvent(value)) return usage("usage", text, "A usage event.");
  if (Array.isArray(value.UsageRecords)) {
    return usage("usage", text, `A BatchMeterUsage request with ${plural(value.UsageRecords.length, "record")}.`);
  }
  if (Array.isArray(value.Results) || Array.isArray(value.UnprocessedRecords)) return answer(value);
  if ("UsageDimension" in value) return usage("usage", text, "A MeterUsage request.");
  if ("Dimension" in value || "Timestamp" in value) return usage("usage", text, "A usage record.");
  return null;
}

function answer({ Results, UnprocessedRecords }) {
  const results = (Array.isArray(Results) ? Results : []).filter(isObject);
  const open = (Array.isArray(UnprocessedRecords) ? UnprocessedRecords : []).filter(isObject);
  const records = [...results.map(({ UsageRecord }) => UsageRecord).filter(isObject), ...open];
  const said = [statuses(results), open.length > 0 ? `${open.length} unprocessed, to be sent again` : ""].filter(Boolean).join(", ");
  const nameless = records.some(({ LicenseArn }) => LicenseArn === undefined) ? ", without their product code" : "";
  return usage("cli-output", print(records), `The answer of BatchMeterUsage${said && `: ${said}`}. Its records are below${nameless}.`);
}

// Of a record that was not honoured (API reference, UsageRecordResult).
const MEANS = {
  __proto__: null,
  DuplicateRecord: " (AWS has that hour already: compare the quantities)",
  CustomerNotSubscribed: " (not billed: no agreement then)",
};

/** How often each status stands in the results of BatchMeterUsage, and what it means. */
export function statuses(results) {
  const counts = new Map();
  for (const { Status } of results.filter(isObject)) if (isText(Status)) counts.set(Status, (counts.get(Status) ?? 0) + 1);
  return [...counts].slice(0, 5).map(([status, count]) => `${count} ${status.slice(0, 40)}${MEANS[status] ?? ""}`).join(", ");
}

/** One JSON object a line, two lines or more; the first line has decided that. */
export const jsonLines = (text) => usage("json-lines", text, "JSON lines: every line is judged by itself.");

/** Anything that begins as JSON does: the usage view says where it stops being JSON, or what it lacks. */
export function otherJson(value, text) {
  if (!/^\s*[[{]/.test(text)) return null;
  return usage("usage", text, value === undefined ? "Begins like JSON, but is none: the place is marked." : "JSON of no form that this page knows. What AWS would say to it is below.");
}
