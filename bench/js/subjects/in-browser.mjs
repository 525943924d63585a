// What is compared in a browser: no node:crypto, nor what is built on it.

import { atOnce } from "./many/bulk.mjs";
import { meterproofMany, meterproofUsage, meterproofVerify } from "./meterproof.mjs";
import { bigIntPower, forgePower, jsRsaSignPower } from "./raw/in-javascript.mjs";
import { wasmPath } from "./raw/wasm.mjs";
import { ajv } from "./usage/ajv.mjs";
import { zod } from "./usage/zod.mjs";
import { bigInt } from "./verify/bigint.mjs";
import { jose } from "./verify/jose.mjs";
import { jsRsaSign } from "./verify/jsrsasign.mjs";
import { nodeForge } from "./verify/node-forge.mjs";
import { rsaWasm } from "./verify/rsa-wasm.mjs";
import { webCrypto } from "./verify/webcrypto.mjs";

export const SUBJECTS = {
  verify: [
    meterproofVerify("relaxed"),
    meterproofVerify("simd"),
    meterproofVerify("scalar"),
    webCrypto,
    jose,
    rsaWasm,
    bigInt,
    nodeForge,
    jsRsaSign,
  ],
  many: [meterproofMany("relaxed"), meterproofMany("simd"), atOnce(jose), atOnce(webCrypto)],
  raw: [
    wasmPath("fma"),
    wasmPath("simd128"),
    wasmPath("limbs28"),
    wasmPath("limbs64"),
    wasmPath("reference"),
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
