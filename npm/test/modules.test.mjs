// Each of the six WebAssembly files on its own: all answers of one are those of the others.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as node from "meterproof";
import * as nodeVerify from "meterproof/verify";

import { NOW, PRODUCT, copyOf, documentText, enableRelaxedSimd, keyPair, memoryOf, token, vectors, wasm } from "./support.mjs";

const { pem, privateKey } = keyPair(3072);
const claims = { productCode: PRODUCT, publicKeyVersion: 1, nonce: "n-1", iat: NOW / 1000 };
const good = token(privateKey, claims);
const options = { nonce: "n-1", now: NOW };

/** What a call answers or throws, in a form that can be compared between engines. */
function outcome(work) {
  try {
    return { answer: work() };
  } catch (error) {
    return { error: described(error) };
  }
}

function described({ name, code, message, expected, actual, remedy, publicKeyVersion }) {
  return { name, code, message, expected, actual, remedy, publicKeyVersion };
}

enableRelaxedSimd();

for (const [file, entry, reference] of [
  ["full.relaxed", "index.js", node],
  ["full.simd", "index.js", node],
  ["full.scalar", "index.js", node],
  ["verify.relaxed", "verify.js", nodeVerify],
  ["verify.simd", "verify.js", nodeVerify],
  ["verify.scalar", "verify.js", nodeVerify],
]) {
  const isFull = entry === "index.js";
  const loaded = await copyOf(entry);
  const memorySize = memoryOf(() => loaded.initSync(wasm(file)));
  const { createVerifier, publicKey, check, validate } = loaded;
  const verifier = createVerifier({ productCode: PRODUCT, keys: { 1: pem } });

  describe(file, () => {
    test("every token of the vectors has the outcome it must have", () => {
      let count = 0;
      for (const { keys, cases } of vectors(/\.json$/, "tokens")) {
        for (const { expect, ...one } of cases) {
          const { productCode, leewaySeconds, maxTokenLength, nonce = null } = one;
          const text = one.token ?? new Uint8Array(Buffer.from(one.tokenBase64, "base64"));
          const trusted = Object.entries(one.keys).map(([version, name]) => [version, keys[name]]);
          const configuration = { productCode, leewaySeconds, maxTokenLength };
          configuration.keys = Object.fromEntries(trusted);
          const held = { nonce, now: one.now * 1000 };
          const ask = (from) =>
            outcome(() => from.createVerifier(configuration).verify(text, held));
          const found = ask(loaded);
          assert.equal(found.error?.code, expect.code, one.name);
          assert.equal(found.answer?.nonce, expect.registration?.nonce, one.name);
          assert.deepEqual(found, ask(node), one.name);
          const many = createVerifier(configuration).verifyMany([text], held);
          const [{ registration, error }] = many;
          assert.deepEqual(
            error === undefined ? { answer: registration } : { error: described(error) },
            found,
          );
          count += 1;
        }
      }
      assert.ok(count > 300, `${count}`);
    });

    test("keys", () => {
      assert.deepEqual(publicKey(pem), reference.publicKey(pem));
      for (const text of ["", "no key", "-----BEGIN PUBLIC KEY-----\n"]) {
        const refused = (from) => outcome(() => from.publicKey(text));
        assert.equal(refused(loaded).error.name, "KeyError");
        assert.deepEqual(refused(loaded), refused(node));
        const trusting = (from) =>
          outcome(() => from.createVerifier({ productCode: PRODUCT, keys: { 4: text } }));
        assert.equal(trusting(loaded).error.publicKeyVersion, 4);
        assert.deepEqual(trusting(loaded), trusting(node));
      }
    });

    test("hostile tokens among good ones fail by themselves", () => {
      const bytes = new TextEncoder().encode(good);
      const forged = `${good.slice(0, -8)}AAAAAAAA`;
      const tokens = [
        good, forged, bytes, "", "\ud800.é.😀", 7, null, "a".repeat(2_000_000), good, undefined,
        new Uint8Array(5_000_000), {}, JSON.stringify({ Signature: good }), "[".repeat(10_000), bytes,
      ];
      const codes = [
        "", "signature_invalid", "", "token_empty", "base64url_alphabet", "invalid_token_type",
        "invalid_token_type", "token_too_long", "", "invalid_token_type", "token_too_long",
        "invalid_token_type", "", "segment_count", "",
      ];
      const outcomes = verifier.verifyMany(tokens, options);
      assert.deepEqual(outcomes.map(({ error }) => error?.code ?? ""), codes);
      for (const [at, { registration, error }] of outcomes.entries()) {
        const alone = outcome(() => verifier.verify(tokens[at], options));
        assert.deepEqual(registration, alone.answer);
        assert.deepEqual(error && described(error), alone.error);
      }
      assert.equal(outcomes[11].error.name, "ConfigurationError");
      assert.equal(outcomes[1].error.name, "VerifyError");
    });

    test("a token of a list can have a nonce of its own", () => {
      const none = token(privateKey, { ...claims, nonce: undefined });
      const other = token(privateKey, { ...claims, nonce: "n-2" });
      const tokens = [
        good, { token: other, nonce: "n-2" }, { token: none, nonce: null }, { token: other, nonce: "n-1" },
        { token: good }, { token: 7, nonce: "n-1" }, { token: good, nonce: "" }, { token: good, nonce: null, extra: 1 },
        good,
      ];
      const outcomes = verifier.verifyMany(tokens, options);
      assert.deepEqual(
        outcomes.map(({ registration, error }) => (error ? error.code : registration.nonce)),
        [
          "n-1", "n-2", null, "nonce_mismatch", "missing_nonce", "invalid_token_type", "invalid_nonce",
          "unknown_option", "n-1",
        ],
      );
    });

    test("what a getter of a list throws is thrown on, and is no outcome", () => {
      for (const thrown of [new RangeError("mine"), undefined, { code: "mine" }]) {
        const item = {
          nonce: null,
          get token() {
            throw thrown;
          },
        };
        let caught = "nothing";
        try {
          verifier.verifyMany([good, item, good], options);
        } catch (error) {
          caught = error;
        }
        assert.equal(caught, thrown);
        assert.equal(verifier.verify(good, options).nonce, "n-1");
      }
    });

    test("verifyMany refuses wrong arguments of its own", () => {
      const wrong = (tokens, given, code) =>
        assert.throws(() => verifier.verifyMany(tokens, given), { name: "ConfigurationError", code });
      for (const tokens of [undefined, null, good, new Set([good]), {}, new Uint8Array(3)]) {
        wrong(tokens, options, "invalid_tokens");
      }
      wrong([], undefined, "invalid_options");
      wrong([], {}, "missing_nonce");
      wrong([], { nonce: "" }, "invalid_nonce");
      wrong([], { nonce: null, now: "now" }, "invalid_now");
      assert.deepEqual(verifier.verifyMany([], options), []);
      assert.equal(verifier.verifyMany(new Array(2), options)[1].error.code, "invalid_token_type");
    });

    test("what is told of nonces and times holds for one call only", () => {
      const other = token(privateKey, { ...claims, nonce: "é".repeat(255) });
      const none = token(privateKey, { ...claims, nonce: undefined });
      for (let round = 0; round < 3; round += 1) {
        assert.equal(verifier.verify(good, options).nonce, "n-1");
        assert.equal(verifier.verify(other, { nonce: "é".repeat(255), now: NOW }).nonce.length, 255);
        assert.equal(verifier.verify(none, { nonce: null, now: NOW }).nonce, null);
        const refused = (given) => outcome(() => verifier.verify(good, given)).error.code;
        assert.equal(refused({ nonce: "", now: NOW }), "invalid_nonce");
        assert.equal(refused({ nonce: null, now: NOW }), "nonce_unexpected");
        assert.equal(refused({ nonce: "n-2", now: NOW }), "nonce_mismatch");
        assert.equal(refused({ nonce: "n-1", now: NOW - 61_000 }), "issued_in_future");
        assert.equal(refused({ nonce: "é".repeat(256), now: NOW }), "invalid_nonce");
      }
    });

    test("arguments that call in again do not mix their calls up", () => {
      const again = () => {
        assert.equal(outcome(() => verifier.verify("a.b.c", { nonce: "x", now: 0 })).error.name, "VerifyError");
        assert.equal(publicKey(pem).bits, 3072);
        if (isFull) assert.equal(validate("{", { dimensions: ["d"] }).verdict, "rejected");
      };
      const nested = {
        get nonce() {
          again();
          return "n-1";
        },
        get now() {
          again();
          return NOW;
        },
      };
      assert.equal(verifier.verify(good, nested).nonce, "n-1");
      const list = [good, good];
      Object.defineProperty(list, 1, {
        get() {
          again();
          return good;
        },
      });
      for (const { registration } of verifier.verifyMany(list, nested)) {
        assert.equal(registration.nonce, "n-1");
      }
      class Sly extends Uint8Array {
        get length() {
          again();
          return 3;
        }
        get buffer() {
          again();
          return new ArrayBuffer(1);
        }
      }
      const sly = Sly.from(new TextEncoder().encode(good));
      assert.equal(verifier.verify(sly, options).nonce, "n-1");
    });

    test("bytes may be shared, resizable or gone", () => {
      const shared = new Uint8Array(new SharedArrayBuffer(good.length, { maxByteLength: 65_536 }));
      shared.set(new TextEncoder().encode(good));
      assert.equal(verifier.verify(shared, options).nonce, "n-1");
      const resizable = new Uint8Array(new ArrayBuffer(good.length, { maxByteLength: 65_536 }));
      resizable.set(new TextEncoder().encode(good));
      assert.equal(verifier.verify(resizable, options).nonce, "n-1");
      const gone = new TextEncoder().encode(good);
      structuredClone(gone, { transfer: [gone.buffer] });
      assert.equal(outcome(() => verifier.verify(gone, options)).error.code, "token_empty");
    });

    test("it goes on after its memory has grown", () => {
      const before = memorySize();
      const large = createVerifier({ productCode: PRODUCT, keys: { 1: pem }, maxTokenLength: 2 ** 20 });
      const long = `${"é".repeat(1000)}${"A".repeat(2 ** 20 - 2000)}`;
      assert.equal(outcome(() => large.verify(long, options)).error.code, "segment_count");
      assert.ok(memorySize() > before);
      assert.equal(verifier.verify(good, options).nonce, "n-1");
      assert.equal(outcome(() => large.verify(`${long}.A.A`, options)).error.code, "token_too_long");
      assert.equal(verifier.verify(new TextEncoder().encode(good), options).nonce, "n-1");
    });

    test("100,000 calls take no more memory than 1,000", () => {
      const forged = `${good.slice(0, -8)}AAAAAAAA`;
      const document = JSON.stringify([{ Dimension: "users" }, { Quantity: -1 }]);
      const round = (calls) => {
        for (let count = 0; count < calls; count += 1) {
          const which = count % 50;
          if (which === 0) assert.equal(verifier.verify(good, options).nonce, "n-1");
          else if (which === 1) outcome(() => verifier.verify(forged, options));
          else if (which === 2) outcome(() => publicKey("no key"));
          else if (which === 3 && isFull) verifier.diagnose("a.b.c", options);
          else if (which < 10 && isFull) check(document, { now: NOW });
          else outcome(() => verifier.verify(`${"a".repeat(count % 700)}.b.c`, { nonce: `${which}` }));
        }
      };
      round(1_000);
      const before = memorySize();
      round(100_000);
      assert.equal(memorySize(), before);
    });

    if (!isFull) {
      test("it has what the verifier needs and nothing else", () => {
        assert.deepEqual(Object.keys(loaded).sort(), Object.keys(nodeVerify).sort());
        assert.equal(verifier.diagnose, undefined);
        assert.equal(loaded.VerifyError.name, "VerifyError");
      });
      return;
    }

    test("check says of every document of the vectors what validate says", () => {
      const [{ cases }] = vectors(/^usage\.json$/);
      for (const { name, rules, dimensions, now, document } of cases) {
        const given = { rules, dimensions, now: new Date(now) };
        for (const text of [documentText(document), Buffer.from(documentText(document))]) {
          const { records, ...report } = validate(text, given);
          assert.ok(Array.isArray(records));
          assert.deepEqual(check(text, given), report, name);
          assert.deepEqual(report, (({ records: _, ...rest }) => rest)(node.validate(text, given)));
        }
      }
    });
  });
}

test("errors of one entry are those of the other, and of no other class", () => {
  const error = outcomeOf(() => nodeVerify.publicKey("no key"));
  for (const entry of [node, nodeVerify]) {
    assert.ok(error instanceof entry.KeyError && error instanceof entry.MeterproofError);
    for (const name of ["VerifyError", "ConfigurationError", "EngineError"]) {
      assert.ok(!(error instanceof entry[name]), name);
    }
  }
  class Own extends node.KeyError {}
  assert.ok(!(error instanceof Own));
  for (const other of [null, undefined, 7, "KeyError", {}, { name: "KeyError" }, new Error("key")]) {
    assert.ok(!(other instanceof node.MeterproofError));
  }
});

function outcomeOf(work) {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
