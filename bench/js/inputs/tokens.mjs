// The tokens that are verified: RegisterUsage signatures, signed by node:crypto with the keys in
// ../keys. Signing takes seconds, so they are kept in target/.

import { createHash, createPrivateKey, createPublicKey, sign, constants } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import { DATA, KEYS, SCRATCH } from "../places.mjs";

export const BITS = [2048, 3072, 4096];
/** The time to judge by, in seconds: 2026-11-21T10:20:00Z. */
export const NOW = 1795256400;

const COUNT = 1000;
const HEADER = '{"alg":"PS256","typ":"JWT"}';

/** The file that holds the inputs of one key size; made now if it is not there. */
export function tokensFile(bits) {
  const key = readFileSync(`${KEYS}${bits}.pem`, "utf8");
  const claims = readFileSync(`${DATA}claims.json`, "utf8");
  const fingerprint = createHash("sha256").update(key).update(claims).digest("hex").slice(0, 16);
  const path = `${SCRATCH}/tokens-${bits}-${fingerprint}.json`;
  if (!existsSync(path)) {
    mkdirSync(SCRATCH, { recursive: true });
    // Renamed when whole: an interrupted run leaves no half of a file under this name.
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(make(bits, key, JSON.parse(claims))));
    renameSync(`${path}.${process.pid}`, path);
  }
  return path;
}

function make(bits, pem, claims) {
  const key = createPrivateKey(pem);
  const publicKey = createPublicKey(key);
  const nonces = Array.from(
    { length: COUNT },
    (_, i) => claims.nonce.slice(0, -6) + i.toString(16).padStart(6, "0"),
  );
  const tokens = nonces.map((nonce) => token(key, { ...claims, nonce }));
  return {
    bits,
    now: NOW,
    productCode: claims.productCode,
    pem: publicKey.export({ type: "spki", format: "pem" }),
    jwk: publicKey.export({ format: "jwk" }),
    nonces,
    tokens,
    tampered: tampered(tokens[0]),
    bulk: bulk(key, claims),
  };
}

/** For the bulk call, which holds all tokens against one nonce: each was issued a second earlier. */
function bulk(key, claims) {
  const tokens = Array.from({ length: COUNT }, (_, i) => token(key, { ...claims, iat: claims.iat - i }));
  return { nonce: claims.nonce, tokens, tampered: tampered(tokens[5]) };
}

function token(key, claims) {
  const input = [HEADER, JSON.stringify(claims)]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
  const signature = sign("sha256", Buffer.from(input), {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });
  return `${input}.${signature.toString("base64url")}`;
}

/** The token with one bit of its signature changed, in the middle: it stays less than the modulus. */
function tampered(good) {
  const [header, payload, signature] = good.split(".");
  const bytes = Buffer.from(signature, "base64url");
  bytes[bytes.length >> 1] ^= 1;
  return [header, payload, bytes.toString("base64url")].join(".");
}
