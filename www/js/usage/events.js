// Usage events are judged as the record inside, but for their time: that rule is the ledger's, which takes events for longer than
// AWS takes records, and makes the records itself.

import { parse } from "../read/json.js";
import { HOUR } from "../shell/time.js";
import { eventsIn } from "./forms.js";
import { sketch } from "./sketch.js";

// Hours: MAX_EVENT_AGE of the crate meterproof-metering.
export const TAKEN_FOR = 47;
// What the ledger keeps of AWS's window for the close and the send: its ROOM, and the default of its policy's window_margin.
export const TO_SEND = 630_000;
const TOO_OLD = ["timestamp_too_old", "timestamp_month_closed"];
const SOURCE = "meterproof's ledger, docs/metering.md";

/**
 * The report on an event's document, as `recognise` answers it: places are those of the document, pointers those of the text.
 * `engine`: `validate` and `rulesWindow`.
 */
export function judgeEvent(engine, { text, head, lacks }, { now, ...rest }) {
  const at = (moment) => engine.validate(text, { ...rest, now: moment });
  const soon = at(now + TO_SEND);
  const old = soon.violations.find(({ code }) => TOO_OLD.includes(code));
  const time = old && sketch(text, { ...soon, records: [] })[0].timestamp;
  const earliest = now - TAKEN_FOR * HOUR;
  const isTaken = time >= earliest;
  // As of its own time, an event that is taken is not too old.
  const report = at(isTaken ? time : now);
  const violations = report.violations.filter(({ code }) => code !== "hour_still_open" && !TOO_OLD.includes(code));
  const add = (place, severity, code, message, limit) => violations.push({ ...place, severity, code, message, limit, source: SOURCE });
  if (isTaken) {
    const window = engine.rulesWindow({ rules: rest.rules, now: now + TO_SEND });
    const end = Math.floor(time / HOUR) * HOUR + HOUR - 1000;
    if (end < Math.max(window.oldest, window.monthCutoff)) {
      add(old, "warning", "carried", "the usage of this hour can no longer reach AWS in time: the ledger counts the event in a later hour, or refuses it where it is set to refuse late events");
    }
  } else if (old) {
    add(old, "error", "event_too_old", `the event is more than ${TAKEN_FOR} h old: the ledger no longer knows whether it was counted, so compare with the ledger first`, `${new Date(earliest).toISOString()} or later`);
  }
  if (lacks) add({ record: 0, pointer: "", start: 0, end: text.length, actual: "absent" }, "error", "missing_member", `the event has no ${lacks}; add it`, `${lacks} is required`);
  return {
    ...report, verdict: lacks ? "rejected" : report.verdict,
    violations: violations.map((violation) => ({ ...violation, pointer: outerPointer(violation.pointer, head) })),
  };
}

function outerPointer(inner, head) {
  const own = inner.replace("/UsageRecords/0", "");
  return own === "/Timestamp" && head.endsWith("/data") ? `${head.slice(0, -5)}/time` : head + own;
}

/** The report on a text of events, one or an array; null for any other. `points` are for the drawing. `product`: of bare events. */
export function judgeEvents(engine, text, options, product) {
  const value = parse(text);
  const documents = eventsIn(text, value, product);
  if (documents === null) return null;
  const report = { kind: Array.isArray(value) ? "UsageEvents" : "UsageEvent", recordCount: documents.length, violations: [], records: [], points: [], unlistedErrors: 0, unlistedWarnings: 0 };
  let here = { at: 0, line: 1, column: 1 };
  for (const [index, document] of documents.entries()) {
    const judged = judgeEvent(engine, document, options);
    here = later(text, here, document.from);
    for (const violation of judged.violations) {
      const start = document.outer(violation.start);
      const { line, column } = later(text, here, start);
      report.violations.push({ ...violation, record: index, start, end: Math.max(start, document.outer(Math.max(violation.start, violation.end - 1))) + 1, line, column });
    }
    report.unlistedErrors += judged.unlistedErrors;
    report.unlistedWarnings += judged.unlistedWarnings;
    if (judged.verdict === "accepted") report.records.push({ index });
    report.points.push({ ...sketch(document.text, { ...judged, records: [] })[0], index });
  }
  return report;
}

/** Line and column of a place further on; columns count characters. */
function later(text, { at, line, column }, to) {
  const lines = text.slice(at, to).split("\n");
  const last = [...lines.at(-1)].length;
  return { at: to, line: line + lines.length - 1, column: lines.length > 1 ? last + 1 : column + last };
}
