// Changes that cannot change what a document means. Each belongs to a violation, and the package confirms that it is gone
// with it; where a value could mean two things there is no fix.

import { decimalNumber, wholeNumber } from "./number-text.js";
import { elementsOf, membersOf } from "./spans.js";

/**
 * The safe fixes of a report: `{ violation, start, end, replacement, what }`, in the order of the text, none over another.
 * `validate(text)` judges by the settings in force.
 */
export function safeFixes(text, report, validate) {
  const document = new Document(text);
  const fixes = [];
  for (const violation of report.violations) {
    const found = FIXES[violation.code]?.(text.slice(violation.start, violation.end), violation, document);
    if (found) fixes.push({ start: violation.start, end: violation.end, ...found, violation });
  }
  let end = 0;
  const apart = fixes.sort((a, b) => a.start - b.start).filter((fix) => {
    const free = fix.start >= end;
    if (free) end = fix.end;
    return free;
  });
  return confirmed(text, apart, report, validate);
}

/** The text around a violation; read as JSON at most once. */
class Document {
  #value;
  #parts = new Map();

  constructor(text) {
    this.text = text;
  }

  /** What ends right before `at`. */
  before(at, pattern) {
    return pattern.exec(this.text.slice(Math.max(0, at - 500), at));
  }

  /** What begins right at `at`. */
  after(at, pattern) {
    return pattern.exec(this.text.slice(at, at + 500));
  }

  /** The value at a pointer, as it is written; undefined where there is none. */
  source(pointer) {
    let part = { from: this.text.search(/\S/), to: this.text.length };
    for (const key of pointer.split("/").slice(1)) {
      if (!part) return undefined;
      part = this.#partsOf(part.from).get(key.replaceAll("~1", "/").replaceAll("~0", "~"));
    }
    return part && this.text.slice(part.from, part.to);
  }

  /** Members by name or elements by index, of what begins at `at`; each is cut once. */
  #partsOf(at) {
    let parts = this.#parts.get(at);
    if (!parts) {
      const list = this.text[at] === "[" ? elementsOf(this.text, at).map((part, index) => [String(index), part])
        : this.text[at] === "{" ? membersOf(this.text, at).map((part) => [part.name, part]) : [];
      this.#parts.set(at, parts = new Map(list));
    }
    return parts;
  }

  /** The object that a pointer's last name belongs to. */
  owner(pointer) {
    this.#value ??= JSON.parse(this.text);
    return pointer.split("/").slice(1, -1).reduce((value, key) => value[key.replaceAll("~1", "/").replaceAll("~0", "~")], this.#value);
  }
}

/** The text with fixes in it. */
export function applied(text, fixes) {
  let result = "";
  let at = 0;
  for (const { start, end, replacement } of fixes) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

const ofJson = ({ code }) => code.startsWith("json_");
const named = ({ code, pointer }) => `${code} ${pointer}`;

/** Leaves out what does not help, or harms. Records that are taken out move the others, so they are not tried together. */
function confirmed(text, fixes, before, validate) {
  const inPlace = fixes.filter(({ violation }) => violation.code !== "repeated_record");
  if (inPlace.length === 0) return fixes;
  const known = new Set(before.violations.map(named));
  const breaks = ({ violations }) => violations.some((violation) => ofJson(violation) && !known.has(named(violation)));
  const after = validate(applied(text, inPlace));
  // A text that is no JSON says nothing about the other fixes: each is tried by itself.
  if (!inPlace.some(({ violation }) => ofJson(violation)) && breaks(after)) {
    const sound = fixes.filter((fix) => fix.violation.code === "repeated_record" || !breaks(validate(applied(text, [fix]))));
    return sound.length < fixes.length ? confirmed(text, sound, before, validate) : [];
  }
  const left = new Set(after.violations.map(named));
  return fixes.filter(({ violation }) => violation.code === "repeated_record" || !left.has(named(violation)) || ofJson(violation));
}

const quoted = (text) => /^"[^"\\]*"$/.test(text);
const bare = (text) => text.slice(1, -1);

/** White space around a text, and nothing else. Each end is walked once, however long it is. */
function trimmed(text) {
  if (text.length < 2 || text[0] !== '"' || text.at(-1) !== '"') return null;
  let from = 1;
  let to = text.length - 1;
  for (let width = whiteAt(text, from); width > 0 && from < to; width = whiteAt(text, from)) from += width;
  for (let width = whiteBefore(text, to); width > 0 && to > from; width = whiteBefore(text, to)) to -= width;
  const inner = text.slice(from, to);
  // A backslash left over belongs to an escape that is no white space: nothing is told of it.
  return to - from < text.length - 2 && /^[^"\\]+$/.test(inner) ? { replacement: `"${inner}"`, what: "white space around the text removed" } : null;
}

const whiteAt = (text, at) => (/^\s$/.test(text[at]) ? 1 : /^\\[tnr]$/.test(text.slice(at, at + 2)) ? 2 : 0);
const whiteBefore = (text, at) => (/^\s$/.test(text[at - 1]) ? 1 : /^\\[tnr]$/.test(text.slice(at - 2, at)) ? 2 : 0);

const to = (replacement, what) => (replacement === null ? null : { replacement, what });

/** A number within quotation marks, or bare, as what the member takes. */
function number(text, { pointer }) {
  const decimal = pointer.endsWith("AsDecimal");
  const value = quoted(text) ? bare(text).trim() : text;
  const plain = decimal ? decimalNumber(value) : wholeNumber(value);
  return plain === null ? null : { replacement: decimal ? `"${plain}"` : plain, what: "the same number, as AWS takes it" };
}

function accountId(text) {
  if (/^\d{12}$/.test(text)) return to(`"${text}"`, "the same digits in quotation marks");
  if (quoted(text) && /^\s*\d{4}-\d{4}-\d{4}\s*$/.test(bare(text))) return to(`"${bare(text).replace(/[\s-]/g, "")}"`, "the same digits without hyphens");
  return trimmed(text);
}

/** Milliseconds only where they cannot be seconds, and nothing that would guess an offset. */
function timestamp(text) {
  const value = quoted(text) ? bare(text).trim() : text;
  if (/^[1-9]\d{12}$/.test(value)) {
    const rest = value.slice(10).replace(/0+$/, "");
    return to(rest === "" ? value.slice(0, 10) : `${value.slice(0, 10)}.${rest}`, `milliseconds as seconds: ${new Date(Number(value)).toISOString()}`);
  }
  if (/^[1-9]\d{9}(\.\d{1,3})?$/.test(value)) return to(value, `seconds without quotation marks: ${new Date(Number(value) * 1000).toISOString()}`);
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(value)) return to(`"${value.slice(0, 16)}:00${value.slice(16)}"`, "the same minute with its seconds");
  return trimmed(text);
}

const letters = (name) => name.replace(/[_\- ]/g, "").toLowerCase();

/** A member that AWS spells otherwise: the same letters, and the object does not have the right one. */
function spelling(text, { limit, pointer }, document) {
  const name = quoted(text) ? bare(text) : "";
  const right = limit.split(", ").find((known) => known !== name && letters(known) === letters(name));
  if (!right) return null;
  const alike = Object.keys(document.owner(pointer)).filter((other) => letters(other) === letters(name));
  return alike.length === 1 ? to(`"${right}"`, "spelled as AWS spells it") : null;
}

/** A whole member goes with one of the commas beside it. */
function withoutMember({ start, end }, document, what) {
  const name = document.before(start, /,?\s*"[^"\\]*"\s*:\s*$/)?.[0];
  if (name === undefined) return null;
  const comma = name.startsWith(",") ? "" : (document.after(end, /^\s*,/)?.[0] ?? "");
  return { start: start - name.length, end: end + comma.length, replacement: "", what };
}

const emptyMember = (text, violation, document) =>
  (/^\[\s*\]$/.test(text) ? withoutMember(violation, document, "an empty list left out") : null);

/** Both quantities where they are equal, by their digits as they are written: the whole one stays. */
function secondQuantity(text, violation, document) {
  const first = document.source(violation.pointer.replace(/AsDecimal$/, "")) ?? "";
  const whole = wholeNumber(quoted(first) ? bare(first) : first);
  const same = whole !== null && quoted(text) && wholeNumber(bare(text)) === whole;
  return same ? withoutMember(violation, document, "the same quantity given twice: one left out") : null;
}

/**
 * A record that came before goes with the comma before it; there is one, for it is not the first. Where an hour's moments
 * differ, somebody must know whether it is more usage: only a record with the very time of the one it repeats goes.
 */
function repeated(text, { start, pointer, firstRecord }, document) {
  const list = pointer.slice(0, pointer.lastIndexOf("/"));
  const time = document.source(`${pointer}/Timestamp`);
  if (time === undefined || time !== document.source(`${list}/${firstRecord}/Timestamp`)) return null;
  const comma = document.before(start, /,\s*$/);
  return comma && { start: start - comma[0].length, replacement: "", what: "the second of two equal records left out: AWS bills them once" };
}

/** A comma before a closing bracket. */
function strayComma(text, { start }, document) {
  const comma = text === "]" || text === "}" ? document.before(start, /,\s*$/) : null;
  return comma && { start: start - comma[0].length, end: start - comma[0].length + 1, replacement: "", what: "a comma after the last one removed" };
}

const FIXES = {
  json_byte_order_mark: () => to("", "the byte order mark removed"),
  json_unexpected_character: strayComma,
  invalid_account_id: accountId,
  invalid_license_arn: trimmed,
  invalid_customer_identifier: trimmed,
  invalid_product_code: trimmed,
  invalid_dimension: trimmed,
  unknown_dimension: trimmed,
  wrong_type: (text, { pointer }) => (pointer.endsWith("/CustomerAWSAccountId") ? accountId(text) : null),
  unknown_member: spelling,
  timestamp_malformed: timestamp,
  quantity_is_text: number,
  decimal_is_number: number,
  quantity_fraction: number,
  quantity_exponent: number,
  quantity_negative: number,
  quantity_leading_zero: number,
  quantity_too_many_places: number,
  two_quantities: secondQuantity,
  no_tags: emptyMember,
  no_allocations: emptyMember,
  repeated_record: repeated,
};
