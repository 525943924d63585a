// Where a token's text holds what: pure functions of the text.

import { isText, parse } from "../read/json.js";

/** The token in a pasted text: the text itself, or the `Signature` of a response around it. */
export function tokenIn(text) {
  if (!/^\s*\{/.test(text)) return text.trim();
  const signature = parse(text)?.Signature;
  return isText(signature) ? signature : null;
}

/** Header, payload and signature; what is beyond two dots stays with the signature. */
export function split(token) {
  const [header = "", payload, ...rest] = token.split(".");
  return { header, payload, signature: rest.length > 0 ? rest.join(".") : undefined };
}

/**
 * The members of a JSON object's text: name, the value as written, and the characters from the name's quotation mark to the
 * value's end. Empty where the text is no object.
 */
export function members(json) {
  const found = [];
  let at = skip(json, 0);
  if (json[at] !== "{") return [];
  at = skip(json, at + 1);
  while (json[at] === '"') {
    const start = at;
    at = textEnd(json, at);
    const name = json.slice(start, at);
    at = skip(json, at);
    if (json[at] !== ":") return [];
    const from = skip(json, at + 1);
    const end = valueEnd(json, from);
    if (end === from) return [];
    found.push({ name: unquoted(name), value: json.slice(from, end), start, end });
    at = skip(json, end);
    if (json[at] !== ",") break;
    at = skip(json, at + 1);
  }
  return json[at] === "}" ? found : [];
}

/**
 * A segment's characters cut at the members of the JSON that it encodes: pieces `{ text, member }`, `member` an index or null.
 * Three bytes are four characters of base64url, so a cut can be one character off where a character holds bits of two members.
 */
export function pieces(segment, json, list) {
  const encoder = new TextEncoder();
  if (list.length === 0 || encoded(encoder.encode(json)) !== segment) return [{ text: segment, member: null }];
  const charAt = (index) => Math.floor((encoder.encode(json.slice(0, index)).length * 4) / 3);
  const cut = [];
  let at = 0;
  for (const [member, { start, end }] of list.entries()) {
    const [from, to] = [Math.max(at, charAt(start)), Math.ceil((encoder.encode(json.slice(0, end)).length * 4) / 3)];
    if (from > at) cut.push({ text: segment.slice(at, from), member: null });
    cut.push({ text: segment.slice(from, to), member });
    at = Math.min(to, segment.length);
  }
  if (at < segment.length) cut.push({ text: segment.slice(at), member: null });
  return cut;
}

/** Bytes of a base64url text of that length. */
export const byteLength = (segment) => Math.floor((segment.length * 3) / 4);

const encoded = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const skip = (text, at) => {
  while (" \t\n\r".includes(text[at] ?? "x")) at += 1;
  return at;
};

function textEnd(text, at) {
  for (let here = at + 1; here < text.length; here += 1) {
    if (text[here] === "\\") here += 1;
    else if (text[here] === '"') return here + 1;
  }
  return text.length;
}

function valueEnd(text, at) {
  if (text[at] === '"') return textEnd(text, at);
  let depth = 0;
  for (let here = at; here < text.length; here += 1) {
    const char = text[here];
    if (char === '"') here = textEnd(text, here) - 1;
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      if (depth === 0) return trimmed(text, at, here);
      depth -= 1;
    } else if (char === "," && depth === 0) return trimmed(text, at, here);
  }
  return text.length;
}

const trimmed = (text, from, to) => from + text.slice(from, to).trimEnd().length;

const unquoted = (name) => parse(name) ?? name;
