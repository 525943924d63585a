// Signatures of a seed: EMSA-PSS (RFC 8017 §9.1.1) with a salt of our own, for OpenSSL draws a
// new one each time, and its private operation.

import { constants, createHash, privateEncrypt, sign } from "node:crypto";

const hash = (name, ...parts) => {
  const hasher = createHash(name);
  for (const part of parts) hasher.update(part);
  return hasher.digest();
};

/** A signature of a text by PSS; PS256 unless told otherwise. */
export function pss({ privateKey, bits }, text, random, { saltLength = 32, digest = "sha256", mgf = digest } = {}) {
  const salt = random.bytes(saltLength);
  const emBits = bits - 1;
  const emLength = Math.ceil(emBits / 8);
  const h = hash(digest, Buffer.alloc(8), hash(digest, text), salt);
  const block = Buffer.alloc(emLength - h.length - 1);
  block[block.length - salt.length - 1] = 1;
  salt.copy(block, block.length - salt.length);
  for (let at = 0, counter = 0; at < block.length; counter += 1) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    for (const byte of hash(mgf, h, number)) if (at < block.length) block[at++] ^= byte;
  }
  block[0] &= 0xff >> (8 * emLength - emBits);
  const encoded = Buffer.concat([block, h, Buffer.of(0xbc)]);
  return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded);
}

/** A signature of a text by PKCS #1 v1.5, as RS256 has it. */
export function pkcs1({ privateKey }, text) {
  return sign("sha256", Buffer.from(text), privateKey);
}
