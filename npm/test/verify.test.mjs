// Verifying and diagnosing, with tokens signed by Node's own crypto.

import assert from "node:assert/strict";
import { createHash, createPublicKey } from "node:crypto";
import { describe, test } from "node:test";

import {
  ConfigurationError,
  KeyError,
  MeterproofError,
  VerifyError,
  createVerifier,
  publicKey,
} from "meterproof";

import { NOW, PRODUCT, keyPair, token } from "./support.mjs";

const first = keyPair();
const second = keyPair(3072);
const verifier = createVerifier({ productCode: PRODUCT, keys: { 1: first.pem, 2: second.jwk } });
const claims = { productCode: PRODUCT, publicKeyVersion: 1, nonce: "n-1", iat: NOW / 1000 };
const good = token(first.privateKey, claims);

const refusal = (code) => (error) => {
  assert.ok(error instanceof VerifyError, `${error}`);
  assert.ok(error instanceof MeterproofError && error instanceof Error);
  assert.equal(error.name, "VerifyError");
  assert.equal(error.code, code);
  return true;
};

describe("verify", () => {
  test("answers the registration", () => {
    assert.deepEqual(verifier.verify(good, { nonce: "n-1", now: NOW }), {
      productCode: PRODUCT,
      publicKeyVersion: 1,
      nonce: "n-1",
      issuedAt: new Date(NOW),
      publicKeyRotationTimestamp: null,
    });
  });

  test("takes bytes in any Uint8Array and a Date, and refuses other views", () => {
    const bytes = new TextEncoder().encode(good);
    assert.equal(verifier.verify(bytes, { nonce: "n-1", now: new Date(NOW) }).nonce, "n-1");
    assert.equal(verifier.verify(Buffer.from(good), { nonce: "n-1", now: NOW }).nonce, "n-1");
    const part = new Uint8Array(bytes.length + 2).fill(65);
    part.set(bytes, 1);
    const view = part.subarray(1, bytes.length + 1);
    assert.equal(verifier.verify(view, { nonce: "n-1", now: NOW }).nonce, "n-1");
    for (const wrong of [new Uint16Array(8), bytes.buffer, [...bytes], null, undefined, 7, {}]) {
      assert.throws(() => verifier.verify(wrong, { nonce: "n-1" }), {
        name: "ConfigurationError",
        code: "invalid_token_type",
      });
    }
  });

  test("takes the response of RegisterUsage whole", () => {
    const response = JSON.stringify({ PublicKeyRotationTimestamp: NOW / 1000, Signature: good });
    const registration = verifier.verify(response, { nonce: "n-1", now: NOW });
    assert.deepEqual(registration.publicKeyRotationTimestamp, new Date(NOW));
  });

  test("picks the key by the version in the payload", () => {
    const other = { ...claims, publicKeyVersion: 2, nonce: undefined, iat: undefined };
    const signed = token(second.privateKey, other);
    assert.deepEqual(verifier.verify(signed, { nonce: null, now: NOW }), {
      productCode: PRODUCT,
      publicKeyVersion: 2,
      nonce: null,
      issuedAt: null,
      publicKeyRotationTimestamp: null,
    });
    const confused = token(first.privateKey, other);
    assert.throws(() => verifier.verify(confused, { nonce: null }), refusal("signature_invalid"));
  });

  test("refuses with a code, what was found, what was expected and what to do", () => {
    const stale = token(first.privateKey, { ...claims, productCode: "someone-else" });
    assert.throws(
      () => verifier.verify(stale, { nonce: "n-1", now: NOW }),
      (error) => {
        refusal("product_code_mismatch")(error);
        assert.equal(error.actual, '"someone-else"');
        assert.equal(error.expected, `"${PRODUCT}"`);
        assert.equal(typeof error.remedy, "string");
        assert.ok(error.message.includes("someone-else"));
        return true;
      },
    );
  });

  test("compares the nonce exactly", () => {
    const none = token(first.privateKey, { ...claims, nonce: undefined });
    const check = (signed, nonce) => () => verifier.verify(signed, { nonce, now: NOW });
    assert.throws(check(good, "n-2"), refusal("nonce_mismatch"));
    assert.throws(check(good, null), refusal("nonce_unexpected"));
    assert.throws(check(none, "n-1"), refusal("nonce_missing"));
  });

  test("judges iat by `now` and the leeway", () => {
    const early = (seconds, options = {}) =>
      createVerifier({ productCode: PRODUCT, keys: { 1: first.pem }, ...options }).verify(good, {
        nonce: "n-1",
        now: NOW - seconds * 1000,
      });
    assert.ok(early(60));
    assert.throws(() => early(61), refusal("issued_in_future"));
    assert.ok(early(61, { leewaySeconds: 61 }));
    assert.throws(() => early(1, { leewaySeconds: 0 }), refusal("issued_in_future"));
  });

  test("refuses long tokens, however long, with their real length", () => {
    const actual = (length, options = {}) => {
      const limited = createVerifier({ productCode: PRODUCT, keys: { 1: first.pem }, ...options });
      try {
        limited.verify("a".repeat(length), { nonce: null });
      } catch (error) {
        refusal("token_too_long")(error);
        return [error.actual, error.expected];
      }
      return assert.fail("it was accepted");
    };
    assert.deepEqual(actual(16_385), ["16385 bytes long", "at most 16384 bytes"]);
    assert.deepEqual(actual(101, { maxTokenLength: 100 }), ["101 bytes long", "at most 100 bytes"]);
    assert.deepEqual(actual(50_000_000), ["50000000 bytes long", "at most 16384 bytes"]);
    const diagnosis = verifier.diagnose(new Uint8Array(50_000_000), { nonce: null });
    assert.equal(diagnosis.verdict, "refused");
    assert.deepEqual(
      diagnosis.checks.map(({ status }) => status),
      ["fail", ...Array(14).fill("skipped")],
    );
    assert.equal(diagnosis.checks[0].code, "token_too_long");
    assert.equal(diagnosis.checks[0].actual, "50000000 bytes long");
  });

  test("measures the token, not the response around it", () => {
    const limited = (maxTokenLength) =>
      createVerifier({ productCode: PRODUCT, keys: { 1: first.pem }, maxTokenLength });
    const response = (spaces) => JSON.stringify({ Signature: good }) + " ".repeat(spaces);
    const options = { nonce: "n-1", now: NOW };
    assert.ok(limited(good.length).verify(response(4_000), options));
    assert.throws(() => limited(good.length - 1).verify(response(0), options), refusal("token_too_long"));
    assert.throws(() => limited(good.length).verify(response(4_096), options), refusal("token_too_long"));
    const check = limited(1_048_576).diagnose(response(1_052_672 - response(0).length), options).checks[0];
    assert.deepEqual([check.status, check.actual], ["pass", `${good.length} bytes`]);
  });

  test("many verifiers come and go", () => {
    for (let count = 0; count < 2_000; count += 1) {
      const passing = createVerifier({ productCode: PRODUCT, keys: { 1: first.pem } });
      assert.equal(passing.verify(good, { nonce: "n-1", now: NOW }).publicKeyVersion, 1);
    }
  });
});

describe("diagnose", () => {
  const names = [
    "length",
    "wrapper",
    "segments",
    "encoding",
    "header",
    "algorithm",
    "type",
    "critical",
    "payload",
    "claims",
    "key",
    "signature",
    "product_code",
    "nonce",
    "issued_at",
  ];

  test("passes every check of a good token", () => {
    const diagnosis = verifier.diagnose(good, { nonce: "n-1", now: NOW });
    assert.equal(diagnosis.verdict, "verified");
    assert.deepEqual(
      diagnosis.checks.map(({ name }) => name),
      names,
    );
    assert.ok(diagnosis.checks.every(({ status }) => ["pass", "skipped"].includes(status)));
    assert.equal(diagnosis.checks.find(({ name }) => name === "signature").status, "pass");
    assert.deepEqual(JSON.parse(diagnosis.header), { alg: "PS256", typ: "JWT" });
    assert.deepEqual(JSON.parse(diagnosis.payload), claims);
    assert.deepEqual(
      diagnosis.registration,
      verifier.verify(good, { nonce: "n-1", now: NOW }),
    );
  });

  test("reports each failure, and verify's first one is among them", () => {
    const wrong = token(first.privateKey, { ...claims, productCode: "someone-else" });
    const diagnosis = verifier.diagnose(wrong, { nonce: "n-2", now: NOW - 3_600_000 });
    assert.equal(diagnosis.verdict, "refused");
    assert.equal(diagnosis.registration, undefined);
    assert.deepEqual(
      diagnosis.checks.filter(({ status }) => status === "fail").map(({ code }) => code),
      ["product_code_mismatch", "nonce_mismatch", "issued_in_future"],
    );
    const failed = diagnosis.checks.find(({ name }) => name === "product_code");
    assert.equal(failed.actual, '"someone-else"');
    assert.equal(failed.expected, `"${PRODUCT}"`);
    assert.equal(typeof failed.remedy, "string");
  });

  test("says what stands in a token it cannot trust", () => {
    const forged = `${good.slice(0, -8)}AAAAAAAA`;
    const diagnosis = verifier.diagnose(forged, { nonce: "n-1", now: NOW });
    assert.equal(diagnosis.verdict, "refused");
    assert.deepEqual(
      diagnosis.checks.filter(({ status }) => status === "fail").map(({ name }) => name),
      ["signature"],
    );
    assert.deepEqual(JSON.parse(diagnosis.payload), claims);
  });

  test("notes PascalCase claims", () => {
    const pascal = { ProductCode: PRODUCT, PublicKeyVersion: 1, Nonce: "n-1" };
    const signed = token(first.privateKey, pascal);
    const diagnosis = verifier.diagnose(signed, { nonce: "n-1", now: NOW });
    assert.equal(diagnosis.verdict, "verified");
    assert.ok(diagnosis.notes.some((note) => note.includes("PascalCase")), `${diagnosis.notes}`);
    const plain = verifier.diagnose(good, { nonce: "n-1", now: NOW });
    assert.deepEqual(plain.notes, []);
  });
});

describe("keys", () => {
  test("four notations of one key are one key", () => {
    const der = createPublicKey(first.pem).export({ type: "spki", format: "der" });
    const fingerprint = createHash("sha256").update(der).digest("hex");
    for (const notation of [first.pem, first.pkcs1, first.jwk]) {
      assert.deepEqual(publicKey(notation), { bits: 2048, fingerprint });
    }
    assert.equal(publicKey(second.pem).bits, 3072);
  });

  test("a refused key says why and which one it is", () => {
    const small = keyPair(1024).pem;
    const wrong = (text, code) => {
      assert.throws(
        () => createVerifier({ productCode: PRODUCT, keys: { 1: first.pem, 7: text } }),
        (error) => {
          assert.ok(error instanceof KeyError);
          assert.equal(error.code, code);
          assert.equal(error.publicKeyVersion, 7);
          assert.ok(error.message.includes("version 7"), error.message);
          return true;
        },
      );
      assert.throws(() => publicKey(text), { name: "KeyError", code });
      assert.ok(!("publicKeyVersion" in caught(() => publicKey(text))));
    };
    wrong("", "key_empty");
    wrong("no key", "key_format_unknown");
    wrong(small, "key_too_small");
    wrong(` ${first.pem}`, "key_text_before_header");
    wrong(first.privateKey.export({ type: "pkcs8", format: "pem" }), "key_is_private");
  });

  test("a private key's text does not come back in the message", () => {
    const secret = first.privateKey.export({ type: "pkcs8", format: "pem" });
    const { message } = caught(() => publicKey(secret));
    assert.ok(!message.includes(secret.slice(100, 120)));
  });
});

describe("configuration", () => {
  const keys = { 1: first.pem };
  const configurations = [
    [undefined, "invalid_options"],
    [null, "invalid_options"],
    ["text", "invalid_options"],
    [[], "invalid_options"],
    [{ productCode: PRODUCT, keys, key: 1 }, "unknown_option"],
    [{ keys }, "invalid_product_code"],
    [{ productCode: 7, keys }, "invalid_product_code"],
    [{ productCode: "", keys }, "invalid_product_code"],
    [{ productCode: "with space", keys }, "invalid_product_code"],
    [{ productCode: "p".repeat(256), keys }, "invalid_product_code"],
    [{ productCode: "p".repeat(65_537), keys }, "input_too_large"],
    [{ productCode: PRODUCT, keys: { 1: "k".repeat(65_537) } }, "input_too_large"],
    [{ productCode: PRODUCT, keys: Object.fromEntries(Object.entries(Array(1001).fill(""))) }, "input_too_large"],
    [{ productCode: PRODUCT }, "invalid_keys"],
    [{ productCode: PRODUCT, keys: first.pem }, "invalid_keys"],
    [{ productCode: PRODUCT, keys: [first.pem] }, "invalid_keys"],
    [{ productCode: PRODUCT, keys: { 1: null } }, "invalid_keys"],
    [{ productCode: PRODUCT, keys: {} }, "no_keys"],
    [{ productCode: PRODUCT, keys: { 0: first.pem } }, "invalid_key_version"],
    [{ productCode: PRODUCT, keys: { "01": first.pem } }, "invalid_key_version"],
    [{ productCode: PRODUCT, keys: { 1.5: first.pem } }, "invalid_key_version"],
    [{ productCode: PRODUCT, keys: { 4294967296: first.pem } }, "invalid_key_version"],
    [{ productCode: PRODUCT, keys: { one: first.pem } }, "invalid_key_version"],
    [{ productCode: PRODUCT, keys, leewaySeconds: -1 }, "invalid_leeway_seconds"],
    [{ productCode: PRODUCT, keys, leewaySeconds: 0.5 }, "invalid_leeway_seconds"],
    [{ productCode: PRODUCT, keys, leewaySeconds: 86_401 }, "invalid_leeway_seconds"],
    [{ productCode: PRODUCT, keys, maxTokenLength: 0 }, "invalid_max_token_length"],
    [{ productCode: PRODUCT, keys, maxTokenLength: 1_048_577 }, "invalid_max_token_length"],
    [{ productCode: PRODUCT, keys, maxTokenLength: "1" }, "invalid_max_token_length"],
  ];
  for (const [configuration, code] of configurations) {
    test(`${code}: ${JSON.stringify(configuration)?.slice(0, 60)}`, () => {
      const error = caught(() => createVerifier(configuration));
      assert.ok(error instanceof ConfigurationError);
      assert.equal(error.code, code);
    });
  }

  const options = [
    [undefined, "invalid_options"],
    ["n-1", "invalid_options"],
    [{ now: NOW }, "missing_nonce"],
    [{ nonce: undefined }, "missing_nonce"],
    [{ nonce: 7 }, "invalid_nonce"],
    [{ nonce: "" }, "invalid_nonce"],
    [{ nonce: "n".repeat(256) }, "invalid_nonce"],
    [{ nonce: "\ud800" }, "invalid_nonce"],
    [{ nonce: null, now: "2026-11-21" }, "invalid_now"],
    [{ nonce: null, now: Number.NaN }, "invalid_now"],
    [{ nonce: null, now: new Date(Number.NaN) }, "invalid_now"],
    [{ nonce: null, now: 253_402_300_800_000 }, "invalid_now"],
    [{ nonce: null, now: -62_167_219_200_001 }, "invalid_now"],
    [{ nonce: null, Nonce: "n-1" }, "unknown_option"],
  ];
  for (const [option, code] of options) {
    test(`${code}: ${JSON.stringify(option)?.slice(0, 60)}`, () => {
      for (const question of ["verify", "diagnose"]) {
        const error = caught(() => verifier[question](good, option));
        assert.ok(error instanceof ConfigurationError);
        assert.equal(error.code, code);
      }
    });
  }

  test("every time a Date can hold within the years 0 to 9999 is taken", () => {
    for (const now of [-62_167_219_200_000, 253_402_300_799_999, 0, 0.5, -0.5]) {
      assert.equal(verifier.diagnose("", { nonce: null, now }).verdict, "refused");
    }
  });
});

function caught(work) {
  try {
    work();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}
