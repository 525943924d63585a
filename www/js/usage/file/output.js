// What can be downloaded of a file after it was judged. The file is read a second time, and the result grows in parts
// that the browser keeps outside this thread's memory.

import { elementsOf, membersOf } from "../spans.js";
import { FileJudge } from "./judge.js";
import { LineCutter } from "./lines.js";
import { KINDS } from "./pairs.js";

const PART = 1024 * 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The lines without errors, in their order and unchanged, each customer, dimension and hour once. */
export async function cleanedFile(file, judged, progress) {
  const parts = new Parts();
  const pairsOf = judged.tally.pairs.walk();
  await eachLine(file, progress, (bytes, number) => {
    const pairs = pairsOf(number);
    if (judged.dropped.has(number)) return;
    const line = withoutMark(bytes, number);
    const kept = pairs.length === 0 ? line : encoder.encode(without(decoder.decode(line), new Set(pairs.map(({ index }) => index))));
    if (kept.length === 0) return;
    parts.add(kept);
    parts.add(NEWLINE);
  });
  return parts.blob("application/x-ndjson");
}

/** Every violation of the file as JSON lines: where, what and which rule. */
export async function reportFile(file, judged, { engine, options, product }, progress) {
  const parts = new Parts();
  const pairsOf = judged.tally.pairs.walk();
  const line = (found) => parts.add(encoder.encode(`${JSON.stringify(found)}\n`));
  const again = new FileJudge(engine, options, {
    product, keys: 1,
    listener: ({ line: number, column, byte, severity, code, pointer, message }) => line({ line: number, column, byte, severity, code, pointer, message }),
  });
  await eachLine(file, progress, (bytes, number, offset) => {
    const pairs = pairsOf(number);
    if (!judged.noted.has(number)) return;
    again.line(bytes, number, offset);
    again.finish();
    for (const { index, kind, firstLine, together } of pairs) {
      if (!together) line({ line: number, byte: offset, severity: ERRORS.has(kind) ? "error" : "warning", code: kind, record: index, firstLine });
    }
  }, (number, offset, length) => again.tooLong(number, offset, length));
  return parts.blob("application/x-ndjson");
}

const ERRORS = new Set([KINDS[1], KINDS[3]]);
const NEWLINE = Uint8Array.of(10);

async function eachLine(file, progress, onLine, onLong = () => {}) {
  const cutter = new LineCutter({ onLine, onLong });
  const reader = file.stream().getReader();
  let read = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    cutter.push(next.value);
    read += next.value.length;
    progress(read);
  }
  cutter.end();
}

const withoutMark = (bytes, number) => {
  const from = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.subarray(from, bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length);
};

/**
 * A request body or an array without some of its records: what stays is the line's own text, character for character. ""
 * where no record is left.
 */
function without(text, indices) {
  const list = /^\s*\[/.test(text) ? 0 : membersOf(text).find(({ name }) => name === "UsageRecords").from;
  const records = elementsOf(text, list);
  const kept = records.flatMap((record, index) => (indices.has(index) ? [] : [{ ...record, before: index === 0 ? record.from : records[index - 1].to }]));
  if (kept.length === 0) return "";
  const [first, ...rest] = kept;
  return text.slice(0, records[0].from) + text.slice(first.from, first.to) + rest.map(({ before, to }) => text.slice(before, to)).join("") + text.slice(records.at(-1).to);
}

class Parts {
  #blobs = [];
  #bytes = new Uint8Array(PART);
  #length = 0;

  add(bytes) {
    if (this.#length + bytes.length > PART) this.#flush();
    if (bytes.length > PART) {
      this.#blobs.push(new Blob([bytes]));
      return;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #flush() {
    if (this.#length > 0) this.#blobs.push(new Blob([this.#bytes.subarray(0, this.#length)]));
    this.#length = 0;
  }

  blob(type) {
    this.#flush();
    return new Blob(this.#blobs, { type });
  }
}
