// The package's arithmetic alone, each path in WebAssembly: ../../../raw-wasm.

import { numberOf } from "../verify/bigint.mjs";
import { decode } from "../base64url.mjs";
import { hasRelaxedSimd } from "../relaxed-simd.mjs";
import { readBytes, writeBytes } from "../wasm-input.mjs";

const PATHS = ["reference", "limbs28", "limbs64", "simd128", "fma"];

/** `null` where it has not been built, or the engine cannot run this path. */
export const wasmPath = (path) => async (host, expected) => {
  const relaxed = path === "fma";
  if (relaxed && !hasRelaxedSimd()) return null;
  const wasm = await host.comparedWasm(relaxed ? "raw-relaxed.wasm" : "raw.wasm");
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
