// Makes ../../tokens/jose.json: tokens by the npm package `jose`, valid ones and ones that a
// library makes but RegisterUsage does not.
//
// Keys are made afresh at each run and their private halves are forgotten.

import { statSync, writeFileSync } from "node:fs";
import {
  CompactEncrypt,
  CompactSign,
  FlattenedSign,
  SignJWT,
  UnsecuredJWT,
  exportSPKI,
  generateKeyPair,
} from "jose";

const OUT = new URL("../../tokens/jose.json", import.meta.url);
const NOW = 1795257000; // 2026-11-21T10:30:00Z
const IAT = NOW - 5;
const PRODUCT = "meterproofsample000000001";
const NONCE = "0c7a9a52-6a4e-4f0e-9c1b-3f5a86c1d2e7";
const CLAIMS = { productCode: PRODUCT, publicKeyVersion: 1, nonce: NONCE };
const encode = (value) => new TextEncoder().encode(value);

const keys = {};
const privateKeys = {};
for (const bits of [2048, 3072, 4096]) {
  const pair = await generateKeyPair("PS256", { modulusLength: bits, extractable: true });
  keys[`rsa${bits}`] = await exportSPKI(pair.publicKey);
  privateKeys[bits] = pair.privateKey;
}

const cases = [];
function add(name, token, expect, { bits = 3072, nonce = NONCE } = {}) {
  cases.push({
    name: `jose: ${name}`,
    token,
    productCode: PRODUCT,
    keys: { 1: `rsa${bits}` },
    nonce,
    now: NOW,
    expect,
  });
}

const registration = (changes = {}) => ({
  registration: {
    productCode: PRODUCT,
    publicKeyVersion: 1,
    nonce: NONCE,
    issuedAt: IAT,
    publicKeyRotationTimestamp: null,
    claimStyle: "camelCase",
    ...changes,
  },
});
const jwt = (claims = CLAIMS) => new SignJWT(claims).setIssuedAt(IAT);
const HEADER = { alg: "PS256", typ: "JWT" };

for (const bits of [2048, 3072, 4096]) {
  const token = await jwt().setProtectedHeader(HEADER).sign(privateKeys[bits]);
  add(`valid RSA-${bits}`, token, registration(), { bits });
  const response = JSON.stringify({ Signature: token, PublicKeyRotationTimestamp: null });
  add(`valid RSA-${bits} in a response`, response, registration(), { bits });
}
const signing = privateKeys[3072];
add(
  "valid without typ",
  await jwt().setProtectedHeader({ alg: "PS256" }).sign(signing),
  registration(),
);
add(
  "valid without a nonce",
  await jwt({ productCode: PRODUCT, publicKeyVersion: 1 }).setProtectedHeader(HEADER).sign(signing),
  registration({ nonce: null }),
  { nonce: null },
);
add(
  "valid in PascalCase",
  await new SignJWT({ ProductCode: PRODUCT, PublicKeyVersion: 1, Nonce: NONCE })
    .setProtectedHeader(HEADER)
    .sign(signing),
  registration({ issuedAt: null, claimStyle: "PascalCase" }),
);
add(
  "valid with exp",
  await jwt().setExpirationTime(NOW + 60).setProtectedHeader(HEADER).sign(signing),
  registration(),
);
add(
  "exp now",
  await jwt().setExpirationTime(NOW).setProtectedHeader(HEADER).sign(signing),
  { code: "expired" },
);
add(
  "nbf in an hour",
  await jwt().setNotBefore(NOW + 3600).setProtectedHeader(HEADER).sign(signing),
  { code: "not_yet_valid" },
);
add(
  "iat in an hour",
  await new SignJWT(CLAIMS).setIssuedAt(NOW + 3600).setProtectedHeader(HEADER).sign(signing),
  { code: "issued_in_future" },
);
add("unsecured", new UnsecuredJWT(CLAIMS).setIssuedAt(IAT).encode(), { code: "segment_empty" });
add(
  "HS256 with the public key as the secret",
  await jwt().setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(encode(keys.rsa3072)),
  { code: "algorithm_not_ps256" },
);
for (const alg of ["RS256", "RS512", "PS384", "PS512", "ES256", "EdDSA"]) {
  const { privateKey } = await generateKeyPair(alg);
  const token = await jwt().setProtectedHeader({ alg, typ: "JWT" }).sign(privateKey);
  add(`signed with ${alg}`, token, { code: "algorithm_not_ps256" });
}
const other = await generateKeyPair("PS256", { modulusLength: 3072 });
add(
  "signed with another key",
  await jwt().setProtectedHeader(HEADER).sign(other.privateKey),
  { code: "signature_invalid" },
);
add(
  "typ at+jwt",
  await jwt().setProtectedHeader({ alg: "PS256", typ: "at+jwt" }).sign(signing),
  { code: "type_not_jwt" },
);
const payload = encode(JSON.stringify({ ...CLAIMS, iat: IAT }));
add(
  "crit and b64 true",
  await new CompactSign(payload)
    .setProtectedHeader({ alg: "PS256", crit: ["b64"], b64: true })
    .sign(signing),
  { code: "critical_header" },
);
const unencoded = await new FlattenedSign(payload)
  .setProtectedHeader({ alg: "PS256", crit: ["b64"], b64: false })
  .sign(signing);
add(
  "crit and b64 false, the payload put in encoded",
  `${unencoded.protected}.${Buffer.from(payload).toString("base64url")}.${unencoded.signature}`,
  { code: "critical_header" },
);
add(
  "a text as payload",
  await new CompactSign(encode("hello")).setProtectedHeader(HEADER).sign(signing),
  { code: "payload_not_json" },
);
add(
  "a detached payload",
  (await new CompactSign(payload).setProtectedHeader(HEADER).sign(signing)).replace(
    /\..*\./,
    "..",
  ),
  { code: "segment_empty" },
);
const secret = await generateKeyPair("RSA-OAEP-256", { modulusLength: 2048 });
add(
  "encrypted",
  await new CompactEncrypt(payload)
    .setProtectedHeader({ alg: "RSA-OAEP-256", enc: "A256GCM" })
    .encrypt(secret.publicKey),
  { code: "segment_count" },
);

writeFileSync(OUT, `${JSON.stringify({ keys, cases }, null, 1)}\n`);
const hostile = cases.filter((known) => "code" in known.expect).length;
console.log(
  `${cases.length} cases, ${hostile} of them hostile, in jose.json: ${statSync(OUT).size} bytes`,
);
