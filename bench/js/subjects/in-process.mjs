// What is compared in Node, Deno and Bun.

import { atOnce, inLoop } from "./many/bulk.mjs";
import { meterproofMany, meterproofUsage, meterproofVerify } from "./meterproof.mjs";
import { bigIntPower, forgePower, jsRsaSignPower } from "./raw/in-javascript.mjs";
import { nodeCryptoPower } from "./raw/node-crypto.mjs";
import { wasmPath } from "./raw/wasm.mjs";
import { ajv } from "./usage/ajv.mjs";
import { zod } from "./usage/zod.mjs";
import { bigInt } from "./verify/bigint.mjs";
import { fastJwt } from "./verify/fast-jwt.mjs";
import { jose } from "./verify/jose.mjs";
import { jsonWebToken } from "./verify/jsonwebtoken.mjs";
import { jsRsaSign } from "./verify/jsrsasign.mjs";
import { nodeCrypto } from "./verify/node-crypto.mjs";
import { nodeForge } from "./verify/node-forge.mjs";
import { rsaWasm } from "./verify/rsa-wasm.mjs";
import { webCrypto } from "./verify/webcrypto.mjs";

export const SUBJECTS = {
  verify: [
    meterproofVerify("relaxed"),
    meterproofVerify("simd"),
    meterproofVerify("scalar"),
    nodeCrypto,
    fastJwt,
    jsonWebToken,
    jose,
    webCrypto,
    rsaWasm,
    bigInt,
    nodeForge,
    jsRsaSign,
  ],
  many: [
    meterproofMany("relaxed"),
    meterproofMany("simd"),
    inLoop(nodeCrypto),
    atOnce(jose),
    atOnce(webCrypto),
  ],
  raw: [
    wasmPath("fma"),
    wasmPath("simd128"),
    wasmPath("limbs28"),
    wasmPath("limbs64"),
    wasmPath("reference"),
    nodeCryptoPower,
    bigIntPower,
    forgePower,
    jsRsaSignPower,
  ],
  usage: [
    meterproofUsage("simd", "check"),
    meterproofUsage("scalar", "check"),
    meterproofUsage("simd", "validate"),
    ajv,
    zod,
  ],
};
