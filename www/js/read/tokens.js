import { isObject, isText, parse } from "./json.js";

// A JWS header is a JSON object, so its base64url begins with "ey" (of `{"`).
const JWS = String.raw`ey[\w-]{2,}\.[\w+/-]*={0,2}\.[\w+/=-]*`;
const BARE = new RegExp(`^${JWS}$`);
// A word before a dot, and what a JWS has from that dot on; too many segments are for the checks to refuse.
// One expression for both looks at a long text again from each "ey".
const WORD = /(?<![\w-])[\w-]{4,}(?=\.)/g;
const REST = /\.[\w+/-]*={0,2}\.[\w+/=-]*(?:\.[\w-]+)*/y;
// `"Signature": "…"`, `Signature: …`, `'Signature': '…'`, `| Signature | … |`, `signature: Some("…")`: JSON, YAML, tables, debuggers.
const NAMED = new RegExp(String.raw`\bsignature\W{1,12}(?:some\W{1,3}|[>|]-?\s+)?(?<![\w-])(${JWS})`, "i");
const ROTATION = /\bpublickeyrotationtimestamp\W{1,12}(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)|\d{9,11}(?:\.\d{1,9})?)/i;
const TEXT_OUTPUT = new RegExp(String.raw`^(\S{9,40})\t(${JWS})$`);

const token = (kind, text, line) => ({ kind, view: "token", text, line });

/** A token by itself: bare, or broken over lines by a terminal or a mail program. */
export function bareToken(text) {
  const trimmed = text.trim();
  if (BARE.test(trimmed)) return token("token", text, "A token. Its parts, claims and checks are below.");
  const lines = trimmed.split(/\s+/);
  if (lines.length > 1 && lines.length <= 400 && !/[\t:{]/.test(trimmed) && BARE.test(lines.join("")) && !BARE.test(lines[1])) {
    return token("token", text, `A token, broken into ${lines.length} pieces by white space. A verifier refuses it like that; one click joins it.`);
  }
  return null;
}

/** The response of RegisterUsage as JSON, or the JSON text of its `Signature` alone. */
export function responseJson(value, text) {
  if (isText(value) && BARE.test(value)) {
    return token("cli-output", value, "A token in quotation marks, as the aws CLI prints one member. The token itself is below.");
  }
  if (!isObject(value)) return null;
  if (isText(value.Signature)) {
    const rotated = "PublicKeyRotationTimestamp" in value ? " It says that your public key version has expired." : "";
    return token("register-usage-response", text, `A RegisterUsage response.${rotated}`);
  }
  return null;
}

/** A response whose token a terminal has broken over lines: no line break is part of any. */
export function wrappedResponse(text) {
  if (!text.includes('"Signature"')) return null;
  const whole = text.replace(/[\r\n]+/g, "");
  const found = responseJson(parse(whole), whole);
  return found && { ...found, line: `${found.line} Its line breaks are left out.` };
}

/** What the aws CLI prints with `--output text`, `yaml` or `table`, and what SDKs print of a response. */
export function printedResponse(text) {
  const row = TEXT_OUTPUT.exec(text.trim());
  const found = row?.[2] ?? NAMED.exec(text)?.[1];
  if (!found) return null;
  const rotation = rotationOf(row?.[1] ?? ROTATION.exec(text)?.[1]);
  const response = JSON.stringify({ ...rotation, Signature: found }, null, 2);
  return token("cli-output", response, "A RegisterUsage response as a program prints it. It is below as JSON.");
}

/** A text that holds exactly one token, such as a line of a log. */
export function tokenInside(text) {
  const found = new Set();
  let end = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const at = word.indexOf("ey");
    if (index < end || at < 0 || word.length - at < 4) continue;
    REST.lastIndex = index + word.length;
    const rest = REST.exec(text);
    if (rest === null) continue;
    end = REST.lastIndex;
    const match = word.slice(at) + rest[0];
    if (match.length > 80) found.add(match);
  }
  if (found.size !== 1) return null;
  return token("token", [...found][0], "A text with one token in it. The token is below, the rest is left out.");
}

function rotationOf(moment) {
  if (moment === undefined) return {};
  const seconds = Number(moment);
  if (Number.isFinite(seconds)) return { PublicKeyRotationTimestamp: seconds };
  return Number.isNaN(Date.parse(moment)) ? {} : { PublicKeyRotationTimestamp: moment };
}
