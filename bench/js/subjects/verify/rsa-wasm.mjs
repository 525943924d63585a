// The crate `rsa` compiled to WebAssembly, with the claims read by serde_json: ../../../rsa-wasm.

import { decode } from "../base64url.mjs";
import { writeBytes, writeTexts } from "../wasm-input.mjs";

/** `null` where it has not been built. */
export async function rsaWasm(host, expected) {
  const wasm = await host.comparedWasm("rsa010.wasm");
  if (wasm === null) return null;
  const { exports } = (await WebAssembly.instantiate(wasm)).instance;
  const der = derOf(expected.pem);
  writeBytes(exports, der);
  const key = exports.key_new(der.length);
  if (key === 0) throw new Error("rsa in wasm does not take the key");
  return {
    name: `rsa ${host.versions.rsa} wasm`,
    note: "the crate's own verification; the token goes in by encodeInto, claims are compared inside",
    verify(token, nonce) {
      writeTexts(exports, token, nonce);
      if (exports.verify(key, token.length, nonce.length) !== 1) throw new Error("refused");
      return { productCode: expected.productCode, nonce };
    },
  };
}

/** The DER inside a PEM text. */
function derOf(pem) {
  const base64 = pem.replace(/-----[^-]+-----|\s|=/g, "");
  return decode(base64.replace(/\+/g, "-").replace(/\//g, "_"));
}
