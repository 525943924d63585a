// Tokens as RegisterUsage signs them, with a key of this run.

import { constants, generateKeyPairSync, sign } from "node:crypto";

export const PRODUCT = "container0000000000000001";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** By public key version, as every example is configured. */
export const PUBLIC_KEYS = { 1: publicKey.export({ type: "spki", format: "pem" }) };

export const MINUTE = 60;
export const HOUR = 60 * MINUTE;

const header = { alg: "PS256", typ: "JWT" };
const encode = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");

/** What AWS signs: claims as given, issued so many seconds ago, or without a time. */
export function token({ age = 0, ...claims }, key = privateKey) {
  const issued = age === null ? {} : { iat: Math.floor(Date.now() / 1000) - age };
  const payload = { productCode: PRODUCT, publicKeyVersion: 1, ...issued, ...claims };
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature = sign("sha256", Buffer.from(signed), {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });
  return `${signed}.${signature.toString("base64url")}`;
}

/** The token with other claims under the old signature. */
export function withClaims(genuine, claims) {
  const [first, payload, signature] = genuine.split(".");
  const old = JSON.parse(Buffer.from(payload, "base64url").toString());
  return [first, encode({ ...old, ...claims }), signature].join(".");
}

/** The token with one bit of its signature turned. */
export function withTurnedBit(genuine) {
  const [first, payload, signature] = genuine.split(".");
  const bytes = Buffer.from(signature, "base64url");
  bytes[bytes.length >> 1] ^= 1;
  return [first, payload, bytes.toString("base64url")].join(".");
}

/** The token with another header over the old signature. */
export function withHeader(genuine, other) {
  return [encode(other), ...genuine.split(".").slice(1)].join(".");
}

/** Signs like AWS, but with a key that nobody trusts. */
export function forged(claims) {
  return token(claims, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
}
