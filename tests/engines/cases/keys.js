// Public keys: sizes and fingerprints in three notations, and refusals.

import { same, thrown } from "./expect.js";
import { textOf } from "./inputs.js";

export function* keys({ full, verify, data, record }) {
  const { signed, hostile } = data.expectations;
  for (const { bits, fingerprint, texts } of signed.keys) {
    for (const [notation, text] of Object.entries(texts)) {
      yield {
        name: `${bits} bits as ${notation}`,
        run() {
          for (const entry of [full, verify]) same(entry.publicKey(text), { bits, fingerprint });
        },
      };
    }
  }
  for (const { name, key, code } of hostile.keys) {
    yield {
      name,
      run() {
        for (const entry of [full, verify]) {
          const error = thrown(() => entry.publicKey(textOf(key)));
          same([error.name, error.code], ["KeyError", code], "error");
          record(error.message);
          const keys = { 1: signed.keys[0].texts.pem, 7: textOf(key) };
          const configured = thrown(() => entry.createVerifier({ productCode: "p", keys }));
          same([configured.code, configured.publicKeyVersion], [code, 7], "error of a verifier");
        }
      },
    };
  }
}
