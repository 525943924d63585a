// Every token of tests/vectors/tokens, which the Rust tests read too: hostile ones and good
// ones, made by other libraries.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { VerifyError, createVerifier } from "meterproof";

import { vectors } from "./support.mjs";

/** The vectors' times are epoch seconds. */
const date = (seconds) => (seconds === null ? null : new Date(seconds * 1000));

for (const { name: file, keys, cases } of vectors(/\.json$/, "tokens")) {
  describe(file, () => {
    test("there are cases of both kinds", () => {
      assert.ok(cases.some(({ expect }) => expect.code !== undefined || file === "jose.json"));
      assert.ok(cases.some(({ expect }) => expect.registration !== undefined));
    });

    for (const one of cases) {
      test(one.name, () => {
        const { productCode, leewaySeconds, maxTokenLength, nonce, expect } = one;
        const token =
          one.token ?? new Uint8Array(Buffer.from(one.tokenBase64, "base64"));
        const trusted = Object.entries(one.keys).map(([version, name]) => [version, keys[name]]);
        const verifier = createVerifier({
          productCode,
          keys: Object.fromEntries(trusted),
          leewaySeconds,
          maxTokenLength,
        });
        const options = { nonce: nonce ?? null, now: one.now * 1000 };
        const diagnosis = verifier.diagnose(token, options);

        const causes = diagnosis.causes.map(({ code, evidence }) => [code, evidence]);
        if (one.causes !== undefined) assert.deepEqual(causes, one.causes);
        for (const { remedy } of diagnosis.causes) assert.equal(typeof remedy, "string");

        if (expect.code !== undefined) {
          assert.throws(
            () => verifier.verify(token, options),
            (error) => error instanceof VerifyError && error.code === expect.code,
          );
          assert.equal(diagnosis.verdict, "refused");
          const first = diagnosis.checks.find(({ status }) => status === "fail");
          assert.equal(first.code, expect.code);
          return;
        }
        const { claimStyle, issuedAt, publicKeyRotationTimestamp, ...claims } =
          expect.registration;
        const registration = verifier.verify(token, options);
        assert.deepEqual(registration, {
          ...claims,
          issuedAt: date(issuedAt),
          publicKeyRotationTimestamp: date(publicKeyRotationTimestamp),
        });
        assert.equal(diagnosis.verdict, "verified");
        assert.deepEqual(causes, []);
        assert.deepEqual(diagnosis.registration, registration);
        assert.equal(
          diagnosis.notes.some((note) => note.includes("PascalCase")),
          claimStyle === "PascalCase",
        );
      });
    }
  });
}
