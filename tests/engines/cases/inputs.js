// How data becomes input: pieces of texts, bytes, and random changes from a seed.

/**
 * A text: a string, or pieces that are joined. A piece is a string, or a string and how often it is
 * repeated, with § for the number of the repetition.
 */
export function textOf(pieces) {
  if (typeof pieces === "string") return pieces;
  const repeated = ([text, count]) =>
    text.includes("§")
      ? Array.from({ length: count }, (_, at) => text.replaceAll("§", String(at))).join("")
      : text.repeat(count);
  return pieces.map((piece) => (typeof piece === "string" ? piece : repeated(piece))).join("");
}

/** The bytes of a text in UTF-8. */
export const bytesOf = (text) => new TextEncoder().encode(text);

/** The bytes that base64 stands for. */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** A small seeded generator (mulberry32): the same numbers in every engine. */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { below, pick: (items) => items[below(items.length)] };
}
