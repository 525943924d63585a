// Messages as the aws CLI prints them with `--output text` and `--output yaml`. Each is `{ body, attribute(name) }`.

import { isText, parse } from "./json.js";

// What follows of a plain one is indented further than its member.
const scalarOf = (member, indent) => new RegExp(String.raw`${member}: ("(?:[^"\\]|\\[^])*"|'(?:[^']|'')*'|.*(?:\n {${indent},}.*)*)`, "m");

/** All messages of a text; none where one of them cannot be read. */
export function printedMessages(text) {
  const lines = text.replaceAll("\r\n", "\n");
  const isYaml = lines.startsWith("Messages:");
  const [, ...parts] = lines.split(isYaml ? /^- /m : /^MESSAGES\t/m);
  const messages = parts.map(isYaml ? ofYaml : ofText);
  return messages.every(({ body }) => isText(body)) ? messages : [];
}

/** The members that are no lists, sorted by name, each as it is: the body, its MD5, that of the attributes where there are some, and ids. */
const ofText = (part) => ({
  body: /^([^]*?)\t[\da-f]{32}\t/.exec(part)?.[1],
  attribute: (name) => new RegExp(`^${name.toUpperCase()}\tString\t(.*)`, "m").exec(part)?.[1],
});

const ofYaml = (part) => ({
  body: scalar(scalarOf("^ *Body", 4).exec(part)),
  attribute: (name) => scalar(scalarOf(`${name}:\\s+DataType: String\\s+StringValue`, 8).exec(part)),
});

/** Lines are folded at a space; of line breaks there is one more than meant. YAML's own escapes are written as JSON's. */
function scalar(found) {
  if (found === null) return undefined;
  const [, text] = found;
  if (text[0] !== '"') return (text[0] === "'" ? text.slice(1, -1).replaceAll("''", "'") : text).replace(/\n(\n*) */g, (_, breaks) => breaks || " ");
  return parse(text.replace(/\\(\n\s*|U00(0[\dA-F]{5}|10[\dA-F]{4})|x([\dA-F]{2})|[^])|\n\s*/g, (all, escaped, wide, byte) =>
    wide ? String.fromCodePoint(parseInt(wide, 16)) : byte ? `\\u00${byte}` : !escaped || escaped === " " ? " " : escaped[0] === "\n" ? "" : all));
}
