// Inputs that mean harm: nothing but documented errors comes of them, and the engine goes on.

import { holds, outcome, same, thrown } from "./expect.js";
import { bytesOf, random, textOf } from "./inputs.js";

const SEED = 20_261_121;
const MUTATIONS = 1_500;

export function* hostile({ full, verify, data, record }) {
  const { signed, hostile: inputs } = data.expectations;
  const { productCode, now } = signed;
  const [{ token, registration }] = signed.tokens;
  const configuration = { productCode, keys: { 1: signed.keys[0].texts.pem } };
  const options = { nonce: registration.nonce, now };
  const goesOn = () => {
    for (const entry of [full, verify]) {
      same(entry.createVerifier(configuration).verify(token, options).nonce, registration.nonce, "nonce");
    }
  };

  for (const { name, token: pieces, code } of inputs.tokens) {
    yield {
      name,
      run() {
        for (const entry of [full, verify]) {
          const verifier = entry.createVerifier(configuration);
          const error = thrown(() => verifier.verify(textOf(pieces), options));
          same([error.name, error.code], ["VerifyError", code], "error");
        }
        const verifier = full.createVerifier(configuration);
        same(verifier.diagnose(textOf(pieces), options).verdict, "refused", "verdict");
        goesOn();
      },
    };
  }

  for (const { name, document, outcome: expected } of inputs.documents) {
    yield {
      name,
      run() {
        for (const text of [textOf(document), bytesOf(textOf(document))]) {
          for (const ask of [full.check, full.validate]) {
            same(summary(() => ask(text, { now })), expected, "outcome");
          }
        }
        goesOn();
      },
    };
  }

  for (const { name, configuration: change, options: given, code } of inputs.arguments) {
    yield {
      name,
      run() {
        for (const entry of [full, verify]) {
          const error = thrown(() =>
            entry.createVerifier({ ...configuration, ...change }).verify(token, { ...options, ...given }),
          );
          same([error.name, error.code], ["ConfigurationError", code], "error");
        }
      },
    };
  }

  yield {
    name: `${MUTATIONS} changed tokens: refused by documented errors, unless nothing changed`,
    run() {
      const verifiers = [full, verify].map((entry) => entry.createVerifier(configuration));
      const known = new Set(full.codes().verify);
      const { below, pick } = random(SEED);
      for (let count = 0; count < MUTATIONS; count += 1) {
        const at = below(token.length + 1);
        const put = pick(["", "A", "_", ".", "=", "\0", "é", "\ud800", "{", token.slice(at, at + 9), "🙂"]);
        const text = token.slice(0, at) + put + token.slice(at + below(3));
        const found = verifiers.map((verifier) => outcome(() => verifier.verify(text, options)));
        same(found[0], found[1], `the entries' answers to change ${count}`);
        record(found[0]);
        if (text === token) continue;
        const error = thrown(() => verifiers[0].verify(text, options));
        holds(error instanceof full.VerifyError && known.has(error.code), `change ${count} is refused by a known code`);
      }
    },
  };

  yield {
    name: "bytes that are shared, part of a buffer, or gone",
    run() {
      const verifier = full.createVerifier(configuration);
      const bytes = bytesOf(token);
      const part = new Uint8Array(bytes.length + 2).fill(65);
      part.set(bytes, 1);
      same(verifier.verify(part.subarray(1, bytes.length + 1), options).nonce, registration.nonce, "of a part");
      // Pages have shared memory only where they are isolated from other sites.
      if (globalThis.SharedArrayBuffer !== undefined) {
        const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
        shared.set(bytes);
        same(verifier.verify(shared, options).nonce, registration.nonce, "of shared memory");
      }
      if (globalThis.structuredClone !== undefined) {
        structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
        same(thrown(() => verifier.verify(bytes, options)).code, "token_empty", "code");
      }
    },
  };
}

/** A report's verdict and first violation, or an error's code. */
function summary(work) {
  try {
    const { verdict, violations } = work();
    return violations.length === 0 ? verdict : `${verdict}: ${violations[0].code} at "${violations[0].pointer}"`;
  } catch (error) {
    return `${error.name}: ${error.code}`;
  }
}
