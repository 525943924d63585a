import { asSentence } from "../shell/dom.js";
import { plan, rulesWindow, validate } from "../shell/engine.js";
import { HOUR } from "../shell/time.js";
import { judgeEvents } from "./events.js";
import { sketch } from "./sketch.js";

/** Report, plan and window by the same options; or the problem that kept them from being made. */
export function judge(text, options) {
  const { rules, now } = options;
  try {
    const report = reportOf(text, options);
    return { text, report, now, rules, plan: report.points ? NO_PLAN : plan(text, options), window: rulesWindow({ rules, now }) };
  } catch (error) {
    return { problem: { code: error.code, words: asSentence(error.message) } };
  }
}

/** The report alone: on events by the ledger's rule for their time, on all else by AWS's rules. */
export const reportOf = (text, { productCode, ...options }) => judgeEvents({ validate, rulesWindow }, text, options, productCode) ?? validate(text, options);

// What is sent is made of events when their hour is over, by the ledger.
const NO_PLAN = { batches: [], conflicts: [], rejected: [] };

/** What the drawing needs of a judged text. */
export function drawn({ text, report, now, rules, plan: planned, window: times }) {
  const all = report.points ?? sketch(text, report);
  const stateOf = states(report, planned);
  const points = all.filter(({ timestamp }) => timestamp !== null).map((point) => ({ ...point, state: stateOf(point.index) }));
  return { points, undrawn: all.length - points.length, window: acceptedTimes(times), now, monthCloses: monthCloses(rules, now) };
}

/** From when to when usage is accepted, with the month's end. */
export const acceptedTimes = (times) => ({ ...times, oldest: Math.max(times.oldest, times.monthCutoff ?? -Infinity) });

/** The state of each record, by its index. */
function states(report, planned) {
  const errors = new Map();
  const warned = new Set();
  for (const { record, severity, code } of report.violations) {
    if (severity === "warning") warned.add(record);
    else errors.set(record, (errors.get(record) ?? true) && code === "conflicting_records");
  }
  const valid = new Set(report.records.map(({ index }) => index));
  const conflicts = new Set(planned.conflicts.map(({ record }) => record));
  const repeated = new Set(planned.batches.flatMap(({ coalesced }) => coalesced.map(([, dropped]) => dropped)));
  return (index) => {
    if (errors.get(index) === false) return "rejected";
    if (errors.has(index) || conflicts.has(index)) return "conflict";
    if (!valid.has(index)) return "blocked";
    if (repeated.has(index)) return "repeated";
    return warned.has(index) ? "warning" : "accepted";
  };
}

// Usage of a month is accepted until 06:00 UTC on the 1st of the next (BatchMeterUsage reference).
const MONTH_STAYS_OPEN = 6 * HOUR;

/** How long a month stays open after its end, where the edition has that rule. */
export const monthCloses = (rules, now) => {
  const start = Date.UTC(new Date(now).getUTCFullYear(), new Date(now).getUTCMonth(), 1);
  return rulesWindow({ rules, now: start + MONTH_STAYS_OPEN }).monthCutoff === null ? null : MONTH_STAYS_OPEN;
};
