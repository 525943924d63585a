// The package's arithmetic alone, each path in WebAssembly: ../../../raw-wasm.

import { numberOf } from "../verify/bigint.mjs";
import { decode } from "../base64url.mjs";
import { readBytes, writeBytes } from "../wasm-input.mjs";

const PATHS = ["reference", "limbs28", "limbs64", "simd128"];

/** `null` where it has not been built, or has not this path. */
export const wasmPath = (path) => async (host, expected) => {
  const wasm = await host.comparedWasm("raw.wasm");
  if (wasm === null) return null;
  const { exports } = (await WebAssembly.instantiate(wasm)).instance;
  const modulus = decode(expected.jwk.n);
  writeBytes(exports, modulus);
  const key = exports.key_new(PATHS.indexOf(path), modulus.length);
  if (key === 0) return null;
  const run = (signature) => {
    writeBytes(exports, signature);
    if (exports.power(key, signature.length) !== 1) throw new Error("refused");
  };
  return {
    name: `meterproof ${path}`,
    run,
    power(signature) {
      run(signature);
      return numberOf(readBytes(exports, signature.length));
    },
  };
};
