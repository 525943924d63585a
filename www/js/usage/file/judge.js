// Judges a file line by line, in memory that does not grow with it beyond the bounds stated here and in what it uses.

import { HOUR } from "../../shell/time.js";
import { judgeEvent } from "../events.js";
import { recognise } from "../forms.js";
import { sketch } from "../sketch.js";
import { Batch } from "./batch.js";
import { Bits } from "./bits.js";
import { Findings, columnOf, excerpt } from "./findings.js";
import { LONGEST_LINE } from "./lines.js";
import { Tally, splitOf } from "./tally.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** A file that cannot be read line by line at all. */
export class UnreadableFile extends Error {}

export class FileJudge {
  findings = new Findings();
  tally;
  lines = 0;
  empty = 0;
  forms = { record: 0, request: 0, event: 0, message: 0 };
  /** Lines with an error, or whose one record came before: a cleaned file leaves them out. */
  dropped = new Bits();
  /** Lines that are dropped with all their records, since the one that came before cannot be cut out of them. */
  droppedWhole = 0;
  /** Lines with anything to say about. */
  noted = new Bits();
  #engine;
  #options;
  #product;
  #batch;
  #listener;
  #lastWhole = 0;

  /**
   * `engine`: `check`, `validate` and `rulesWindow` of the package; `options`: what they take; `product`: for bare records; `keys`: how
   * many records to remember; `listener`: hears of every violation inside a line.
   */
  constructor(engine, options, { product, keys, listener } = {}) {
    this.#engine = engine;
    this.#listener = listener;
    this.#options = options;
    this.#product = product;
    this.tally = new Tally(keys);
    this.#batch = new Batch((bytes) => engine.validate(bytes, options), (record, line, offset, bytes) => {
      this.#compare(record, { line, index: 0, from: 0, offset, event: undefined, split: "" }, { others: false, cuttable: false, bytes });
    });
  }

  get records() {
    const { accepted, repeated, conflicts, rejected } = this.tally;
    return accepted + repeated + conflicts + rejected;
  }

  line(bytes, number, offset) {
    this.lines = number;
    if (number === 1) {
      refuseUtf16(bytes);
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
        this.#markOrder(bytes);
        bytes = bytes.subarray(3);
        offset += 3;
      }
    }
    if (isBlank(bytes)) {
      this.empty += 1;
      this.dropped.add(number);
      return;
    }
    const at = { line: number, index: 0, offset };
    let report;
    try {
      report = this.#engine.check(bytes, this.#options);
    } catch (error) {
      if (error.code !== "input_too_large") throw error;
      this.#refuse(at, error.code, `${error.message}: one record or one request body a line`);
      return;
    }
    if (report.kind === "UsageRecord" && report.violations.length === 0 && this.#batch.add(bytes, number, offset)) {
      this.forms.record += 1;
      return;
    }
    this.#batch.flush();
    this.#closer(bytes, at, report);
  }

  tooLong(number, offset, length) {
    this.lines = number;
    this.#refuse({ line: number, offset }, "line_too_long",
      `the line has ${length} bytes and is not read: lines of up to ${LONGEST_LINE} are, so write one record or one request body a line`);
  }

  finish() {
    this.#batch.flush();
  }

  /** A line that is more than one good record. */
  #closer(bytes, at, report) {
    const text = decoded(bytes);
    const found = text !== null && report.violations.length > 0 ? recognise(text, this.#product) : null;
    if (found === null) {
      this.forms[report.kind === "BatchMeterUsage" || report.kind === "MeterUsage" ? "request" : "record"] += 1;
      const where = (violation) => ({ start: violation.start, end: violation.end, column: violation.column });
      this.#judged(bytes, at, [{ text: text ?? bytes, read: bytes, report, where }], { cuttable: true });
      return;
    }
    this.forms[found.form] += 1;
    const byteAt = (unit) => encoder.encode(text.slice(0, unit)).length;
    this.#judged(bytes, at, found.documents.map(({ text: inner, outer, event, ...document }) => ({
      text: inner, read: inner, event,
      report: event === undefined ? this.#engine.check(inner, this.#options) : judgeEvent(this.#engine, { text: inner, ...document }, this.#options),
      where({ start, end }) {
        const from = byteAt(outer(start));
        return { start: from, end: Math.max(from + 1, byteAt(outer(Math.max(start, end - 1)) + 1)), column: columnOf(bytes, from) };
      },
    })), { cuttable: false });
  }

  /** `cuttable`: whether the line is the document itself, so that a record can be cut out of it. */
  #judged(bytes, at, documents, { cuttable }) {
    const refused = documents.some(({ report }) => report.verdict === "rejected");
    for (const document of documents) {
      for (const violation of document.report.violations) this.#note(bytes, at, violation, document.where);
      this.#unlisted(bytes, at, document.report);
    }
    if (refused) this.dropped.add(at.line);
    let index = 0;
    for (const { text, read, report, event } of documents) {
      if (refused) {
        for (const { timestamp } of this.#sketched(text, report)) this.tally.reject(timestamp === null ? null : hourOf(timestamp));
      } else if (report.kind === "MeterUsage") {
        this.tally.alone(hourOf(this.#sketched(text, report)[0]?.timestamp ?? 0));
      } else {
        const others = report.recordCount > 1 || documents.length > 1;
        const { records } = report.records ? report : this.#engine.validate(read, this.#options);
        const raw = records.some(({ allocations }) => allocations > 0) ? rawRecords(text) : null;
        for (const record of records) {
          this.#compare(record, { ...at, index: index + record.index, from: index, event, split: "" }, { others, cuttable, bytes, raw: raw?.[record.index] });
        }
      }
      index += report.recordCount;
    }
  }

  /** A document that is no JSON holds one record, as far as anybody knows. */
  #sketched(text, report) {
    if (typeof text !== "string") return [{ timestamp: null }];
    const records = sketch(text, { ...report, records: [] });
    return records.length > 0 ? records : [{ timestamp: null }];
  }

  /** Compares a valid record with those before it; `others`: whether the line holds more of them. */
  #compare(record, at, { others, cuttable, bytes, raw }) {
    if (record.allocations > 0) at.split = splitOf(raw ?? JSON.parse(decoder.decode(bytes)));
    const pair = this.tally.add(record, at);
    if (pair === null) return;
    this.noted.add(at.line);
    // A request goes on without the record, as long as it is known which one that is. A message does not: its body would
    // no longer be what the queue gave.
    if (!others || !cuttable || !pair.kept) this.dropped.add(at.line);
    if (others && (!cuttable || !pair.kept) && this.#lastWhole !== at.line) {
      this.droppedWhole += 1;
      this.#lastWhole = at.line;
    }
    // What stands in one document was reported with it.
    if (!pair.together) this.#pair(pair, record, at, bytes);
  }

  #pair({ kind, first }, { identity, dimension, quantity, hour }, { line, index, offset }, bytes) {
    this.findings.add(kind, kind === "conflicting_records" || kind === "event_id_taken" ? "error" : "warning", () => ({
      line, offset, column: 1, byte: offset, pointer: "", message: SAYS[kind](first.line),
      pair: { first, second: { line, index, offset }, identity, dimension, quantity, hour, text: new TextDecoder().decode(bytes.subarray(0, SHOWN)) },
    }));
  }

  #note(bytes, at, violation, where) {
    this.noted.add(at.line);
    const place = () => {
      const { start, end, column } = where(violation);
      return { line: at.line, offset: at.offset, column, byte: at.offset + start, pointer: violation.pointer, message: violation.message, excerpt: excerpt(bytes, start, end) };
    };
    this.#listener?.({ code: violation.code, severity: violation.severity, ...place() });
    this.findings.add(violation.code, violation.severity, place);
  }

  #unlisted(bytes, at, { unlistedErrors, unlistedWarnings }) {
    const where = () => ({ start: 0, end: bytes.length, column: 1 });
    for (const [severity, count] of [["error", unlistedErrors], ["warning", unlistedWarnings]]) {
      if (count > 0) this.#note(bytes, at, { code: "more_errors", severity, pointer: "", message: `${count} more of this severity in the line` }, where);
    }
  }

  /** A line of which nothing is read. */
  #refuse(at, code, message) {
    this.#batch.flush();
    this.dropped.add(at.line);
    this.noted.add(at.line);
    this.tally.reject(null);
    const place = { line: at.line, offset: at.offset, column: 1, byte: at.offset, pointer: "", message, excerpt: null };
    this.#listener?.({ code, severity: "error", ...place });
    this.findings.add(code, "error", () => place);
  }

  #markOrder(bytes) {
    const { violations: [violation] } = this.#engine.check(bytes.subarray(0, 3), this.#options);
    this.#note(bytes, { line: 1, offset: 0 }, { ...violation, severity: "warning" }, () => ({ start: 0, end: 3, column: 1 }));
  }
}

const SAYS = {
  repeated_record: (line) => `repeats the record of line ${line}; AWS bills it once, leave it out, or add it up if it is more usage`,
  conflicting_records: (line) => `gives another quantity than line ${line} for the same customer, dimension and hour; AWS takes one record for an hour: add them up into one`,
  differing_allocations: (line) => `has other allocations than line ${line}; AWS bills one record and keeps one split: keep the right one`,
  event_id_taken: (line) => `has the id of the event in line ${line} and says something else; give each event its own id`,
};

/** Bytes of a pair's line that are kept to be shown. */
const SHOWN = 16 * 1024;

const hourOf = (ms) => Math.floor(ms / HOUR) * HOUR;

function rawRecords(text) {
  const value = JSON.parse(text);
  return Array.isArray(value) ? value : (value.UsageRecords ?? [value]);
}

function decoded(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

const isBlank = (bytes) => bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);

function refuseUtf16(bytes) {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new UnreadableFile("The file is UTF-16: save it as UTF-8.");
  }
}
