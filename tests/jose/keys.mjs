// Keys of a seed. Anybody can make them again, so that they are good for this test and nothing else.

import { checkPrimeSync, createPrivateKey, createPublicKey } from "node:crypto";

import { Random } from "./random.mjs";

const EXPONENT = 65_537n;

/** A key pair whose modulus has so many bits. */
export function keyPair(seed, bits) {
  const random = new Random(`${seed}/rsa${bits}`);
  const p = prime(random, bits / 2);
  const q = prime(random, bits / 2);
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const parts = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const jwk = Object.fromEntries(Object.entries(parts).map(([name, number]) => [name, base64url(number)]));
  const privateKey = createPrivateKey({ key: { kty: "RSA", ...jwk }, format: "jwk" });
  const pem = createPublicKey(privateKey).export({ type: "spki", format: "pem" });
  return { bits, privateKey, pem };
}

/** A prime that begins with two ones, so that the product of two has all its bits. */
function prime(random, bits) {
  for (;;) {
    const bytes = Buffer.from(random.bytes(bits / 8));
    bytes[0] |= 0xc0;
    bytes[bytes.length - 1] |= 1;
    const number = BigInt(`0x${bytes.toString("hex")}`);
    if (number % EXPONENT !== 1n && checkPrimeSync(number)) return number;
  }
}

/** The inverse of a number modulo another: Euclid's algorithm, extended. */
function inverse(number, modulus) {
  let [a, b] = [number % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

function base64url(number) {
  const digits = number.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex").toString("base64url");
}
