// No input makes the engine trap, and nothing but the documented errors is ever thrown:
// 20,000 inputs, random or mutated from good ones, from a seed that a failure names.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ConfigurationError,
  KeyError,
  VerifyError,
  codes,
  createVerifier,
  plan,
  publicKey,
  rulesWindow,
  validate,
} from "meterproof";

import { NOW, PRODUCT, keyPair, random, token } from "./support.mjs";

const SEED = Number(process.env.METERPROOF_SEED ?? 20_261_121);
const INPUTS = 20_000;

const { pem, jwk, pkcs1, privateKey } = keyPair();
const verifier = createVerifier({ productCode: PRODUCT, keys: { 1: pem } });
const signed = token(privateKey, { productCode: PRODUCT, publicKeyVersion: 1, nonce: "n" });
const record = {
  Timestamp: NOW / 1000 - 3600,
  LicenseArn: "arn:aws:license-manager::294406891311:license:l-0123456789abcdef",
  CustomerAWSAccountId: "444455556666",
  Dimension: "users",
  QuantityAsDecimal: "17.42",
  UsageAllocations: [
    { AllocatedUsageQuantityAsDecimal: "17", Tags: [{ Key: "a", Value: "b" }] },
    { AllocatedUsageQuantityAsDecimal: "0.42" },
  ],
};
const seeds = {
  token: [signed, JSON.stringify({ PublicKeyRotationTimestamp: null, Signature: signed }), ""],
  key: [pem, jwk, pkcs1],
  document: [
    JSON.stringify({ UsageRecords: [record, { ...record, Quantity: 1 }] }),
    JSON.stringify([record, record]),
    JSON.stringify({
      ProductCode: PRODUCT,
      Timestamp: "2026-11-21T09:00:00Z",
      UsageDimension: "users",
      UsageQuantity: 1,
      ClientToken: "t",
    }),
  ],
};

const known = codes();

test(`${INPUTS} inputs throw documented errors only (seed ${SEED})`, () => {
  const { below, next, pick } = random(SEED);
  const alphabet = [...'{}[]":,.\\ \n\t0123456789eE+-_=abcXYZ/', "\u0000", "é", "€", "😀", "\ud800"];
  const fragments = ['"UsageRecords":', "[[[[", '{"a":', "null", "true", "1e999", "\\ud800", "-0"];

  const mutate = (text) => {
    let changed = text;
    for (let count = 1 + below(4); count > 0; count -= 1) {
      const at = below(changed.length + 1);
      const length = below(6);
      const insert = pick([
        () => pick(alphabet),
        () => pick(fragments),
        () => changed.slice(below(changed.length + 1)).slice(0, 40),
        () => "",
      ])();
      changed = changed.slice(0, at) + insert + changed.slice(at + length);
    }
    return changed;
  };
  const noise = () => Array.from({ length: below(200) }, () => pick(alphabet)).join("");
  const bytes = (text) => {
    const encoded = new TextEncoder().encode(text);
    for (let count = below(3); count > 0 && encoded.length > 0; count -= 1) {
      encoded[below(encoded.length)] = below(256);
    }
    return encoded;
  };
  const input = (kind) => {
    const text = next() < 0.8 ? mutate(pick(seeds[kind])) : noise();
    return next() < 0.4 && kind !== "key" ? bytes(text) : text;
  };
  const value = () =>
    pick([undefined, null, 0, -1, 1.5, NaN, Infinity, 2 ** 53, "", "n", "2024", {}, [], true, NOW]);

  const attempts = [
    () => verifier.verify(input("token"), { nonce: pick(["n", null]), now: NOW }),
    () => verifier.diagnose(input("token"), { nonce: pick(["n", null]), now: NOW }),
    () => publicKey(input("key")),
    () => createVerifier({ productCode: mutate(PRODUCT), keys: { [below(3)]: input("key") } }),
    () => validate(input("document"), { rules: pick(["current", "2024", "2019"]), now: NOW }),
    () => plan(input("document"), { now: NOW, productCode: pick([undefined, PRODUCT]) }),
    () => validate(value(), value()),
    () => plan(input("document"), { rules: value(), now: value(), productCode: value() }),
    () => verifier.verify(value(), { nonce: value(), now: value() }),
    () => verifier.diagnose(signed, value()),
    () => rulesWindow({ rules: value(), now: value() }),
    () => createVerifier({ productCode: PRODUCT, keys: { 1: pem }, leewaySeconds: value() }),
  ];

  const kinds = [
    [VerifyError, known.verify],
    [KeyError, known.key],
    [ConfigurationError, known.configuration],
  ];
  const seen = new Set();
  for (let count = 0; count < INPUTS; count += 1) {
    try {
      pick(attempts)();
      seen.add("answer");
    } catch (error) {
      const [, documented] = kinds.find(([type]) => error instanceof type) ?? [];
      assert.ok(documented, `input ${count}: ${error?.stack ?? error}`);
      assert.ok(documented.includes(error.code), `input ${count}: ${error.code}`);
      seen.add(error.name);
    }
  }
  assert.deepEqual([...seen].sort(), ["ConfigurationError", "KeyError", "VerifyError", "answer"]);

  // And the engine is as good as before.
  assert.equal(verifier.verify(signed, { nonce: "n", now: NOW }).productCode, PRODUCT);
});

test("a mutated token that verifies has the signed content", () => {
  const { below } = random(SEED);
  let accepted = 0;
  for (let count = 0; count < 2_000; count += 1) {
    const at = below(signed.length);
    const changed = signed.slice(0, at) + "Aw_-.9"[below(6)] + signed.slice(at + 1);
    try {
      verifier.verify(changed, { nonce: "n", now: NOW });
      accepted += 1;
      assert.equal(changed, signed);
    } catch (error) {
      assert.ok(error instanceof VerifyError, `${error}`);
      assert.notEqual(changed, signed);
    }
  }
  assert.ok(accepted < 200);
});
