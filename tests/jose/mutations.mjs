// Changes of a signed token by somebody without its key: one bit, one character, one segment.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const OTHERS = ["+", "/", "=", ".", " ", "\n", "\t", "%", "\u0000", "é", "{", '"', ",", "~"];

/** One bit of a token's text, so that its characters change. */
export function flipTextBit({ token, random }) {
  const bytes = Buffer.from(token);
  bytes[random.below(bytes.length)] ^= 1 << random.below(7);
  return bytes.toString("latin1");
}

/** One bit of what a segment encodes. */
export function flipSegmentBit({ token, random }) {
  const segments = token.split(".");
  const which = random.below(3);
  const bytes = Buffer.from(segments[which], "base64url");
  bytes[random.below(bytes.length)] ^= 1 << random.below(8);
  segments[which] = bytes.toString("base64url");
  return segments.join(".");
}

/** The last bits of a segment, which encode nothing where its bytes do not come out even. */
export function changeLastCharacter({ token, random }) {
  const segments = token.split(".");
  const which = random.below(3);
  const value = ALPHABET.indexOf(segments[which].at(-1)) ^ (1 + random.below(3));
  segments[which] = segments[which].slice(0, -1) + ALPHABET[value];
  return segments.join(".");
}

/** A character replaced, put in, left out, or exchanged with the next. */
export function editCharacter({ token, random }) {
  const at = random.below(token.length);
  const character = random.below(3) === 0 ? random.pick(OTHERS) : random.pick(ALPHABET);
  const [before, after] = [token.slice(0, at), token.slice(at + 1)];
  switch (random.below(4)) {
    case 0:
      return before + character + after;
    case 1:
      return before + character + token[at] + after;
    case 2:
      return before + after;
    default:
      return before + after.slice(0, 1) + token[at] + after.slice(1);
  }
}

const SEPARATORS = [
  ([h, p, s]) => `${h}${p}.${s}`,
  ([h, p, s]) => `${h}.${p}${s}`,
  ([h, p, s]) => `${h}.${p}.${s}.`,
  ([h, p, s]) => `.${h}.${p}.${s}`,
  ([h, p, s]) => `${h}..${p}.${s}`,
  ([h, p, s]) => `${h}.${p}..${s}`,
  ([h, p]) => `${h}.${p}.`,
  ([h, , s]) => `${h}..${s}`,
  ([, p, s]) => `.${p}.${s}`,
  ([h, p, s]) => `${h},${p},${s}`,
  ([h, p, s]) => `${h}. ${p}.${s}`,
  ([h, p, s]) => `${h}.${p}. ${s}`,
  ([h, p, s]) => `${s}.${p}.${h}`,
  ([h, p, s]) => `${p}.${h}.${s}`,
  ([h, p, s]) => `${h}.${p}.${s}.${s}.${s}`,
];

/** Something between the segments. */
export function changeSeparator({ token, random }) {
  return random.pick(SEPARATORS)(token.split("."));
}

const NOTATIONS = [
  ([h, p, s]) => [h, p, `${s}=`],
  ([h, p, s]) => [h, p, s + "=".repeat((4 - (s.length % 4)) % 4)],
  ([h, p, s]) => [h, p, s.replaceAll("-", "+").replaceAll("_", "/")],
  ([h, p, s]) => [h, p, `${s}\n`],
  ([h, p, s]) => [h, p, `${s}\r\n`],
  ([h, p, s]) => [h, p, `${s}\f`],
  ([h, p, s]) => [h, p, ` ${s}`],
  ([h, p, s]) => [h, p, `${s.slice(0, 64)}\n${s.slice(64)}`],
  ([h, p, s]) => [h, p, `${s}A`],
  ([h, p, s]) => [h, p, `${s}AAAA`],
  ([h, p, s]) => [h, p, `AAAA${s}`],
  ([h, p, s]) => [h, p, s.slice(0, -1)],
  ([h, p, s]) => [h, p, s.slice(0, -4)],
  ([h, p, s]) => [h, p, Buffer.from(s, "base64url").toString("hex")],
  ([h, p, s]) => [h, p, encodeURIComponent(s)],
  ([h, p, s]) => [` ${h}`, p, s],
  ([h, p, s]) => [`"${h}`, p, `${s}"`],
  ([h, p, s]) => [`Bearer ${h}`, p, s],
  ([h, p, s]) => [`${h}=`, p, s],
  ([h, p, s]) => [h, `${p}=`, s],
  ([h, p, s]) => [h, `${p}\n`, s],
  ([h, p, s]) => [h, p.replaceAll("_", "/").replaceAll("-", "+"), s],
  ([h, p, s]) => [h, p, s.toLowerCase()],
  ([h, p, s]) => [h.slice(0, -1), p, s],
  ([h, p, s]) => [h, p.slice(0, -2), s],
];

/** A segment in another notation, or cut. */
export function changeNotation({ token, random }) {
  return random.pick(NOTATIONS)(token.split(".")).join(".");
}

/** The segments of one token beside those of another. */
export function mix({ token, other, random }) {
  const which = random.below(3);
  const [segments, theirs] = [token.split("."), other.split(".")];
  segments[which] = theirs[which];
  return segments.join(".");
}
