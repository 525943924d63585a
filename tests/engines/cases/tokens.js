// Tokens: the vectors that the Rust tests read too, registrations and diagnoses to the letter.

import { holds, outcome, same, thrown } from "./expect.js";
import { bytesOf, fromBase64 } from "./inputs.js";

/** Each token of tests/vectors through both entries, as text and as bytes, and through diagnose. */
export function* tokens({ full, verify, data, record }) {
  for (const { file, keys, cases } of data.tokens) {
    for (const one of cases) {
      const token = one.token ?? fromBase64(one.tokenBase64);
      const { productCode, leewaySeconds, maxTokenLength, expect } = one;
      const trusted = Object.entries(one.keys).map(([version, name]) => [version, keys[name]]);
      const configuration = { productCode, leewaySeconds, maxTokenLength, keys: Object.fromEntries(trusted) };
      const options = { nonce: one.nonce ?? null, now: one.now * 1000 };
      yield {
        name: `${file} ${one.name}`,
        run() {
          const verifier = full.createVerifier(configuration);
          const forms = typeof token === "string" ? [token, bytesOf(token)] : [token];
          for (const engine of [verifier, verify.createVerifier(configuration)]) {
            for (const form of forms) judge(engine, form, options, expect);
          }
          const diagnosis = verifier.diagnose(token, options);
          const failed = diagnosis.checks.find(({ status }) => status === "fail");
          same(failed?.code, expect.code, "the first failure's code");
          same(diagnosis.verdict, expect.code === undefined ? "verified" : "refused", "verdict");
          if (one.evidence !== undefined) {
            const check = diagnosis.checks.find(({ name }) => name === (one.evidenceAt ?? "signature"));
            holds(check.actual.includes(one.evidence), `"${check.actual}" contains "${one.evidence}"`);
          }
          record(outcome(() => diagnosis));
          record(outcome(() => verifier.verify(token, options)));
        },
      };
    }
  }
}

function judge(verifier, token, options, { code, registration }) {
  if (code === undefined) {
    const { claimStyle, ...expected } = registration;
    same(verifier.verify(token, options), dated(expected, 1000), "registration");
    return;
  }
  const error = thrown(() => verifier.verify(token, options));
  same([error.name, error.code], ["VerifyError", code], "error");
}

/** What a registration says, to the letter, and what happens to it when a byte changes. */
export function* registrations({ full, verify, data }) {
  const { productCode, now, keys, tokens: signed } = data.expectations.signed;
  const configuration = { productCode, keys: Object.fromEntries(keys.map(({ texts }, at) => [at + 1, texts.pem])) };
  for (const [at, { bits, token, registration }] of signed.entries()) {
    yield {
      name: `token ${at + 1}, ${bits} bits`,
      run() {
        const options = { nonce: registration.nonce, now };
        for (const entry of [full, verify]) {
          const verifier = entry.createVerifier(configuration);
          const expected = dated(registration, 1);
          same(verifier.verify(token, options), expected, "registration");
          const response = JSON.stringify({ PublicKeyRotationTimestamp: now / 1000, Signature: token });
          same(
            verifier.verify(response, options),
            { ...expected, publicKeyRotationTimestamp: new Date(now) },
            "registration of a response",
          );
          const forged = `${token.slice(0, -8)}AAAAAAAA`;
          const error = thrown(() => verifier.verify(forged, options));
          same([error.name, error.code], ["VerifyError", "signature_invalid"], "error");
        }
      },
    };
  }
}

/** Every word of some diagnoses. */
export function* diagnoses({ full, data }) {
  const { productCode, now, keys, tokens: signed } = data.expectations.signed;
  const verifier = full.createVerifier({ productCode, keys: { 1: keys[0].texts.pem } });
  for (const { name, change, nonce, hoursAgo, diagnosis } of data.expectations.diagnoses) {
    yield {
      name,
      run() {
        const token = changed(signed[0].token, change);
        const found = verifier.diagnose(token, { nonce, now: now - hoursAgo * 3_600_000 });
        const { registration, ...rest } = diagnosis;
        same(found, registration === undefined ? rest : { ...rest, registration: dated(registration, 1) }, "diagnosis");
      },
    };
  }
}

/** A token with some of its end taken off, and something put there. */
const changed = (token, [cut, put]) => token.slice(0, token.length - cut) + put;

/** A registration of the data, whose times are numbers of this unit in milliseconds. */
function dated(registration, unit) {
  const date = (time) => (time === null ? null : new Date(time * unit));
  const { issuedAt, publicKeyRotationTimestamp } = registration;
  return {
    ...registration,
    issuedAt: date(issuedAt),
    publicKeyRotationTimestamp: date(publicKeyRotationTimestamp),
  };
}
