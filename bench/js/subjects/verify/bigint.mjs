// What a page could write for itself: BigInt for the arithmetic, the engine's own SHA-256.

import { decode, decodeJson } from "../base64url.mjs";
import { expectClaims, parts } from "../claims.mjs";

const HASH = 32;
const SALT = 32;

export const numberOf = (bytes) => BigInt(`0x${hex(bytes)}`);

/** s^65537 mod n: sixteen squarings and a multiplication. */
export function power(s, n) {
  let y = s;
  for (let i = 0; i < 16; i++) y = (y * y) % n;
  return (y * s) % n;
}

export function bigInt(host, expected) {
  const { sha256 } = host;
  const n = numberOf(decode(expected.jwk.n));
  const bits = n.toString(2).length;
  const utf8 = new TextEncoder();
  return {
    name: "BigInt",
    note: "modular power by BigInt, hashes by the engine (WebCrypto in a browser, so awaited)",
    asynchronous: true,
    async verify(token, nonce) {
      const { input, payload, signature } = parts(token, decodeJson);
      const s = numberOf(decode(signature));
      if (s >= n) throw new Error("signature");
      const encoded = bytesOf(power(s, n), Math.ceil((bits - 1) / 8));
      if (!(await isPss(encoded, bits - 1, await sha256(utf8.encode(input)), sha256))) {
        throw new Error("signature");
      }
      return expectClaims(decodeJson(payload), expected, nonce);
    },
  };
}

/** EMSA-PSS-VERIFY of RFC 8017 §9.1.2, with MGF1 and SHA-256. */
async function isPss(encoded, bits, digest, sha256) {
  const top = 8 * encoded.length - bits;
  const data = encoded.slice(0, -HASH - 1);
  const hash = encoded.slice(-HASH - 1, -1);
  if (encoded.at(-1) !== 0xbc || data[0] >> (8 - top) !== 0) return false;
  for (let at = 0, counter = 0; at < data.length; at += HASH, counter++) {
    const mask = await sha256(joined(hash, [0, 0, counter >> 8, counter & 255]));
    for (let i = 0; i < HASH && at + i < data.length; i++) data[at + i] ^= mask[i];
  }
  data[0] &= 0xff >> top;
  const salt = data.length - SALT;
  if (data.findIndex((byte) => byte !== 0) !== salt - 1 || data[salt - 1] !== 1) return false;
  const again = await sha256(joined(new Uint8Array(8), digest, data.slice(salt)));
  return again.every((byte, i) => byte === hash[i]);
}

function joined(...pieces) {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

function bytesOf(number, length) {
  const text = number.toString(16).padStart(2 * length, "0");
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}
