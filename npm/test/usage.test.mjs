// Validation, planning and the window, by the vectors that the Rust tests read too.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { check, plan, rulesWindow, validate } from "meterproof";

import { NOW, copyOf, documentText, memoryOf, vectors, wasm } from "./support.mjs";

const HOUR = 3_600_000;
const [{ cases }] = vectors(/^usage\.json$/);

describe("vectors", () => {
  test("there are at least 100", () => assert.ok(cases.length >= 100));

  for (const { name, rules, dimensions, now, document, expect } of cases) {
    const text = documentText(document);
    const options = { rules, dimensions, now: new Date(now) };
    const expected = {
      verdict: expect.verdict,
      kind: expect.kind,
      recordCount: expect.recordCount,
      valid: expect.valid,
      violations: expect.violations.map((violation) => violation.slice(0, 3)),
    };
    const summary = (report) => ({
      verdict: report.verdict,
      kind: report.kind,
      recordCount: report.recordCount,
      valid: report.records.map(({ index }) => index),
      violations: report.violations.map(({ code, pointer, severity }) => [code, pointer, severity]),
    });

    test(name, () => {
      const report = validate(text, options);
      assert.deepEqual(summary(report), expected);
      for (const [at, [, , , found]] of expect.violations.entries()) {
        const { start, end } = report.violations[at];
        if (found !== undefined) assert.equal(text.slice(start, end), found);
      }
    });

    test(`${name}, as bytes`, () => {
      const bytes = new TextEncoder().encode(text);
      const report = validate(bytes, options);
      assert.deepEqual(summary(report), expected);
      for (const [at, [, , , found]] of expect.violations.entries()) {
        const { start, end } = report.violations[at];
        const slice = new TextDecoder().decode(bytes.subarray(start, end));
        if (found !== undefined) assert.equal(slice, found);
      }
    });
  }
});

const ARN = "arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef";
const record = (members = {}) => ({
  Timestamp: (NOW - HOUR) / 1000,
  LicenseArn: ARN,
  CustomerAWSAccountId: "444455556666",
  Dimension: "users",
  QuantityAsDecimal: "17.42",
  ...members,
});
const inHours = (hours) => ({ Timestamp: (NOW - hours * HOUR) / 1000 });

describe("validate", () => {
  test("answers records that are right, in JavaScript's words", () => {
    const document = JSON.stringify([
      record(),
      record({ Timestamp: "2026-11-21T08:30:00.5Z", QuantityAsDecimal: undefined, Quantity: 3 }),
    ]);
    const { kind, recordCount, records, unlistedErrors, unlistedWarnings } = validate(document, {
      now: NOW,
    });
    assert.deepEqual(
      { kind, recordCount, unlistedErrors, unlistedWarnings },
      { kind: "UsageRecords", recordCount: 2, unlistedErrors: 0, unlistedWarnings: 0 },
    );
    const identity = {
      form: "license",
      licenseArn: ARN,
      customerAWSAccountId: "444455556666",
    };
    assert.deepEqual(records, [
      {
        index: 0,
        pointer: "/0",
        identity,
        dimension: "users",
        timestamp: NOW - HOUR,
        hour: NOW - HOUR,
        quantity: "17.42",
        allocations: 0,
      },
      {
        index: 1,
        pointer: "/1",
        identity,
        dimension: "users",
        timestamp: NOW - 1.5 * HOUR + 500,
        hour: NOW - 2 * HOUR,
        quantity: "3",
        allocations: 0,
      },
    ]);
  });

  test("a violation has its place, what was found, the limit, and a source", () => {
    const text = `{"UsageRecords": [\n  ${JSON.stringify(record({ Dimension: "ü😀" }))},\n  {"Timestamp": 1795251600, "LicenseArn": "${ARN}",\n   "CustomerAWSAccountId": "444455556666", "Dimension": "ü😀", "Quantity": -1}]}`;
    const { violations } = validate(text, { now: NOW });
    assert.equal(violations.length, 1);
    const [{ message, limit, source, ...rest }] = violations;
    const start = text.indexOf("-1}");
    assert.deepEqual(rest, {
      code: "quantity_negative",
      severity: "error",
      pointer: "/UsageRecords/1/Quantity",
      record: 1,
      firstRecord: null,
      actual: "-1",
      start,
      end: start + 2,
      line: 4,
      column: 75,
    });
    assert.ok(limit.includes("2147483647"));
    assert.ok(source.includes("UsageQuantity"));
    assert.ok(message.includes("-1"));
  });

  test("of two records that do not go together the later names the earlier", () => {
    const allocated = { UsageAllocations: [{ AllocatedUsageQuantityAsDecimal: "17.42" }] };
    const UsageRecords = [
      record({ Dimension: "other" }),
      record(),
      record(),
      record({ QuantityAsDecimal: "18" }),
      record(allocated),
      record({ QuantityAsDecimal: "-1" }),
    ];
    const text = JSON.stringify({ UsageRecords });
    const expected = [
      ["repeated_record", "/UsageRecords/2", 2, 1],
      ["conflicting_records", "/UsageRecords/3", 3, 1],
      ["differing_allocations", "/UsageRecords/4", 4, 1],
      ["quantity_negative", "/UsageRecords/5/QuantityAsDecimal", 5, null],
    ];
    const found = (report) =>
      report.violations.map(({ code, pointer, record, firstRecord }) => [code, pointer, record, firstRecord]);
    assert.deepEqual(found(validate(text, { now: NOW })), expected);
    assert.deepEqual(found(check(text, { now: NOW })), expected);

    const legacy = { LicenseArn: undefined };
    const customer = { ...legacy, CustomerAWSAccountId: undefined, CustomerIdentifier: "c" };
    const mixed = { ProductCode: "p", UsageRecords: [record(legacy), record(customer)] };
    assert.deepEqual(found(check(JSON.stringify(mixed), { now: NOW })), [
      ["mixed_identity_forms", "/UsageRecords/1", null, 0],
    ]);
  });

  test("half a surrogate pair is one unit, so that the places after it are right", () => {
    const text = `["\ud800", ${JSON.stringify(record({ QuantityAsDecimal: "x" }))}]`;
    const found = validate(text, { now: NOW }).violations.find(
      ({ code }) => code === "quantity_malformed",
    );
    assert.equal(text.slice(found.start, found.end), '"x"');
  });

  test("bytes that are not UTF-8 are told by their offset", () => {
    const { verdict, violations } = validate(new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d]));
    assert.equal(verdict, "rejected");
    assert.deepEqual(
      violations.map(({ code, start, line, column }) => ({ code, start, line, column })),
      [{ code: "json_invalid_utf8", start: 2, line: 1, column: 3 }],
    );
  });

  test("options are checked", () => {
    const wrong = (options, code) =>
      assert.throws(() => validate("[]", options), { name: "ConfigurationError", code });
    wrong(null, "invalid_options");
    wrong("2019", "invalid_options");
    for (const empty of [new Date(NOW), new Map([["now", NOW]]), Promise.resolve({}), new ArrayBuffer(8)]) {
      wrong(empty, "invalid_options");
      assert.throws(() => rulesWindow(empty), { code: "invalid_options" });
    }
    for (const none of [{}, Object.freeze({}), Object.create(null), new (class Options {})()]) {
      assert.equal(validate("[]", none).verdict, validate("[]").verdict);
    }
    wrong({ rule: "2019" }, "unknown_option");
    wrong({ rules: "2020" }, "invalid_rules");
    wrong({ rules: 2019 }, "invalid_rules");
    wrong({ dimensions: "users" }, "invalid_dimensions");
    wrong({ dimensions: [7] }, "invalid_dimensions");
    wrong({ dimensions: [""] }, "invalid_dimensions");
    wrong({ dimensions: [] }, "invalid_dimensions");
    wrong({ rules: "2019", dimensions: [..."abcdefghi"] }, "invalid_dimensions");
    wrong({ dimensions: new Array(2) }, "invalid_dimensions");
    wrong({ now: "now" }, "invalid_now");
    for (const document of [undefined, null, 7, {}, [], new ArrayBuffer(8), new Int8Array(8)]) {
      assert.throws(() => validate(document), { code: "invalid_document" });
      assert.throws(() => plan(document), { code: "invalid_document" });
    }
  });

  test("now is the clock's when it is left out", () => {
    const fresh = JSON.stringify(record({ Timestamp: Math.floor((Date.now() - 2 * HOUR) / 1000) }));
    const { verdict, violations } = validate(fresh);
    // In the first hours of a month the record may lie in the closed one.
    if (verdict === "rejected") assert.equal(violations[0].code, "timestamp_month_closed");
    assert.equal(validate(fresh, { now: NOW }).violations[0].code, "timestamp_in_future");
  });
});

describe("large documents", () => {
  const MEBIBYTE = 1024 * 1024;
  const half = 499_990;
  const ill = [
    ["a long list of numbers", `[${"1,".repeat(half)}1]`],
    ["a long list of objects", `[${"{},".repeat(half / 2)}{}]`],
    ["a long list of lists", `[${"[],".repeat(half / 2)}[]]`],
    ["a long list of allocations", `[{"UsageAllocations":[${"{},".repeat(half / 2)}{}]}]`],
    ["one long string", `["${"é".repeat(4 * MEBIBYTE)}"]`],
    ["one long number", `[${"9".repeat(8 * MEBIBYTE - 2)}]`],
    ["one long name", `{"${"n".repeat(8 * MEBIBYTE - 6)}":1}`],
    ["many members", `{${Array.from({ length: half }, (_, n) => `"${n}":1`).join(",")}}`],
  ];
  for (const [name, text] of ill) {
    test(name, () => {
      const report = validate(text, { now: NOW });
      assert.equal(report.verdict, "rejected");
      assert.ok(report.violations.length <= 10_000);
      assert.ok(Array.isArray(plan(text, { now: NOW }).batches));
    });
  }

  test("memory stays below 256 MiB for all of these", async () => {
    const { initSync, plan: planned, validate: validated } = await copyOf("index.js");
    const memorySize = memoryOf(() => initSync(wasm("full.simd")));
    for (const [, text] of ill) {
      validated(text, { now: NOW });
      planned(text, { now: NOW });
    }
    assert.ok(memorySize() > 8 * MEBIBYTE && memorySize() < 256 * MEBIBYTE, `${memorySize()}`);
  });

  test("over the limits they are refused", () => {
    const text = "x".repeat(8 * MEBIBYTE + 1);
    for (const document of [text, new TextEncoder().encode(text), `[${"1,".repeat(500_000)}1]`]) {
      const refused = { name: "ConfigurationError", code: "input_too_large" };
      assert.throws(() => validate(document), refused);
      assert.throws(() => plan(document), refused);
    }
  });

  test("many wrong records and many dimensions make a long report, not a trap", () => {
    const wrong = Array.from({ length: 20_000 }, (_, at) => record({ Dimension: `d${at}` }));
    const names = Array.from({ length: 32 }, (_, at) => String(at).padStart(250, "x"));
    const { violations } = validate(JSON.stringify(wrong), { now: NOW, dimensions: names });
    assert.equal(violations.length, 10_000);
    assert.equal(violations[9_999].code, "unknown_dimension");
    assert.throws(() => validate("[]", { dimensions: Array(33).fill("x".repeat(250)) }), {
      name: "ConfigurationError",
      code: "input_too_large",
    });
  });

  test("20,000 records are planned", () => {
    const records = Array.from({ length: 20_000 }, (_, at) =>
      record({ Dimension: `d${at}`, LicenseArn: `${ARN}-${at % 50}` }),
    );
    const { batches, conflicts, rejected } = plan(JSON.stringify(records), { now: NOW });
    assert.deepEqual([batches.length, conflicts, rejected], [800, [], []]);
    assert.deepEqual(
      batches.flatMap((batch) => batch.records),
      records.map((_, at) => at),
    );
  });
});

describe("plan", () => {
  test("packs by product, identity form and 25 records, and keeps every index", () => {
    const license = (at) => record({ Dimension: `d${at}` });
    const legacy = (at) => ({
      Timestamp: (NOW - HOUR) / 1000,
      CustomerIdentifier: `c${at}`,
      Dimension: "users",
      Quantity: at,
    });
    const account = { ...legacy(0), CustomerIdentifier: "", CustomerAWSAccountId: "444455556666" };
    const records = [
      ...Array.from({ length: 26 }, (_, at) => license(at)),
      legacy(1),
      account,
      legacy(2),
    ];
    const planned = plan(JSON.stringify(records), { now: NOW, productCode: "p1" });
    assert.deepEqual(
      planned.batches.map(({ productCode, identityForm, records: indices }) => [
        productCode,
        identityForm,
        indices,
      ]),
      [
        [null, "license", Array.from({ length: 25 }, (_, at) => at)],
        [null, "license", [25]],
        ["p1", "customer", [26, 28]],
        ["p1", "account", [27]],
      ],
    );
    for (const { body, bytes, productCode, records: indices } of planned.batches) {
      assert.equal(new TextEncoder().encode(body).length, bytes);
      const request = JSON.parse(body);
      assert.equal(request.ProductCode, productCode ?? undefined);
      assert.equal(request.UsageRecords.length, indices.length);
      assert.equal(validate(body, { now: NOW }).verdict, "accepted");
    }
    assert.deepEqual(planned.conflicts, []);
    assert.deepEqual(planned.rejected, []);
    assert.deepEqual(planned.oversized, []);
    assert.deepEqual(planned.window, {
      from: NOW - 24 * HOUR + 1,
      to: NOW + 300_000,
      monthEnd: null,
    });
  });

  test("coalesces equal records, reports contradictions, leaves wrong ones out", () => {
    const records = [
      record(),
      record({ QuantityAsDecimal: "17.420" }),
      record({ QuantityAsDecimal: "18" }),
      record({ QuantityAsDecimal: "-1" }),
      record(inHours(2)),
    ];
    const planned = plan(JSON.stringify(records), { now: NOW });
    assert.deepEqual(
      planned.batches.map(({ records: indices, coalesced }) => [indices, coalesced]),
      [[[0, 4], [[0, 1]]]],
    );
    assert.deepEqual(planned.conflicts, [
      { record: 2, first: 0, differs: "quantity", quantity: "18", firstQuantity: "17.42" },
    ]);
    assert.deepEqual(planned.rejected, [3]);
  });

  test("other allocations of the same quantity are a contradiction too", () => {
    const allocated = { UsageAllocations: [{ AllocatedUsageQuantityAsDecimal: "17.42" }] };
    const { conflicts } = plan(JSON.stringify([record(), record(allocated)]), { now: NOW });
    assert.deepEqual(conflicts, [
      { record: 1, first: 0, differs: "allocations", quantity: "17.42", firstQuantity: "17.42" },
    ]);
  });

  test("a dimension the product does not have is left out", () => {
    const document = JSON.stringify([record(), record({ Dimension: "unheard-of" })]);
    const planned = plan(document, { now: NOW, dimensions: [record().Dimension] });
    assert.deepEqual(planned.batches.map(({ records }) => records), [[0]]);
    assert.deepEqual(planned.rejected, [1]);
  });

  test("the product of a plan that failed is not the next one's", (t) => {
    const document = JSON.stringify([record({ LicenseArn: undefined })]);
    const shared = new Uint8Array(new SharedArrayBuffer(document.length));
    shared.set(new TextEncoder().encode(document));
    const products = (given, options) =>
      plan(given, { now: NOW, ...options }).batches.map(({ productCode }) => productCode);
    assert.deepEqual(products(shared, { productCode: "p1" }), ["p1"]);
    assert.deepEqual(products(document), []);

    // What is shared is copied first, and there may be no memory for that.
    const Bytes = globalThis.Uint8Array;
    t.after(() => Object.assign(globalThis, { Uint8Array: Bytes }));
    globalThis.Uint8Array = class {
      constructor() {
        throw new RangeError("Array buffer allocation failed");
      }
    };
    assert.throws(() => products(shared, { productCode: "p2" }), RangeError);
    globalThis.Uint8Array = Bytes;
    assert.deepEqual(products(document), []);
    assert.deepEqual(products(document, { productCode: "p2" }), ["p2"]);
    assert.throws(() => products(document, { productCode: "p 3" }), { code: "invalid_product_code" });
    assert.deepEqual(products(document), []);
  });

  test("a document that cannot be read has no records", () => {
    const { batches, conflicts, rejected } = plan("{", { now: NOW });
    assert.deepEqual([batches, conflicts, rejected], [[], [], []]);
  });

  test("options are checked", () => {
    const wrong = (options, code) =>
      assert.throws(() => plan("[]", options), { name: "ConfigurationError", code });
    wrong({ dimensions: "users" }, "invalid_dimensions");
    wrong({ dimension: ["users"] }, "unknown_option");
    wrong({ productCode: 7 }, "invalid_product_code");
    wrong({ productCode: "" }, "invalid_product_code");
    wrong({ rules: "" }, "invalid_rules");
  });
});

describe("rulesWindow", () => {
  test("each edition has its age", () => {
    const oldest = (rules) => NOW - rulesWindow({ rules, now: NOW }).oldest;
    assert.equal(oldest("current"), 24 * HOUR - 1);
    assert.equal(oldest("2024"), 6 * HOUR);
    assert.equal(oldest("2019"), HOUR);
    assert.equal(rulesWindow({ now: NOW }).newest, NOW + 300_000);
  });

  test("the month's end cuts the window from 06:00 UTC on the 1st", () => {
    const month = Date.UTC(2026, 11, 1);
    const open = rulesWindow({ now: month + 6 * HOUR - 1 });
    assert.equal(open.monthCutoff, null);
    assert.equal(open.oldest, month - 18 * HOUR);
    const closed = rulesWindow({ now: month + 6 * HOUR });
    assert.equal(closed.monthCutoff, month);
    assert.equal(closed.oldest, month);
    assert.equal(rulesWindow({ rules: "2024", now: month + 6 * HOUR }).monthCutoff, null);
  });

  test("validate agrees with it at both ends", () => {
    for (const rules of ["current", "2024", "2019"]) {
      const legacy = { CustomerIdentifier: "c", Dimension: "users", Quantity: 1 };
      const verdict = (time) =>
        validate(
          JSON.stringify({
            ProductCode: "p",
            UsageRecords: [{ ...legacy, Timestamp: new Date(time).toISOString() }],
          }),
          { rules, now: NOW },
        ).verdict;
      const { oldest, newest } = rulesWindow({ rules, now: NOW });
      assert.deepEqual(
        [oldest - 1, oldest, newest, newest + 1].map(verdict),
        ["rejected", "accepted", "accepted", "rejected"],
      );
    }
  });
});
