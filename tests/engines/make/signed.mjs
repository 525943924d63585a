// Makes expectations/signed.json: keys whose private halves are forgotten, tokens signed by Node's own
// crypto, and what must be found in both. `node make/signed.mjs > expectations/signed.json`

import { constants, createHash, generateKeyPairSync, sign } from "node:crypto";

const PRODUCT = "container0000000000000001";
/** 2026-11-21T10:00:00Z */
const NOW = 1_795_255_200;

const pairs = [2048, 3072, 4096].map((bits) => ({ bits, ...generateKeyPairSync("rsa", { modulusLength: bits }) }));

const keys = pairs.map(({ bits, publicKey }) => {
  const der = publicKey.export({ type: "spki", format: "der" });
  return {
    bits,
    fingerprint: createHash("sha256").update(der).digest("hex"),
    texts: {
      pem: publicKey.export({ type: "spki", format: "pem" }),
      pkcs1: publicKey.export({ type: "pkcs1", format: "pem" }),
      jwk: JSON.stringify(publicKey.export({ format: "jwk" })),
    },
  };
});

const tokens = pairs.flatMap(({ bits, privateKey }, at) => {
  const claims = { productCode: PRODUCT, publicKeyVersion: at + 1 };
  return [
    { ...claims, nonce: `nonce-${bits}`, iat: NOW },
    { ...claims, nonce: "é".repeat(255) },
    claims,
  ].map((payload) => ({
    bits,
    token: token(privateKey, payload),
    registration: {
      productCode: PRODUCT,
      publicKeyVersion: at + 1,
      nonce: payload.nonce ?? null,
      issuedAt: payload.iat === undefined ? null : payload.iat * 1000,
      publicKeyRotationTimestamp: null,
    },
  }));
});

function token(privateKey, payload) {
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const input = `${encode({ alg: "PS256", typ: "JWT" })}.${encode(payload)}`;
  const signature = sign("sha256", Buffer.from(input), {
    key: privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });
  return `${input}.${signature.toString("base64url")}`;
}

process.stdout.write(`${JSON.stringify({ productCode: PRODUCT, now: NOW * 1000, keys, tokens }, null, 1)}\n`);
