// Safe fixes: what is changed and what is left alone, confirmed by the engine. Without a browser.
import test from "node:test";
import { expect } from "@playwright/test";
import { applied, safeFixes } from "../../../www/js/usage/fixes.js";
import { decimalNumber, plainNumber, wholeNumber } from "../../../www/js/usage/number-text.js";
import { engine } from "../support/engine.js";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const ARN = "arn:aws:license-manager::444455556666:license:l-00000000000000000000000000000001";
const RECORD = `{"CustomerAWSAccountId":"444455556666","LicenseArn":"${ARN}","Dimension":"users","Timestamp":"2026-11-21T08:00:00Z","Quantity":5}`;

const fix = (text, options = {}) => {
  const judge = (other) => engine.validate(other, { now: NOW, ...options });
  const report = judge(text);
  const fixes = safeFixes(text, report, judge);
  const result = applied(text, fixes);
  return { report, fixes, result, after: judge(result) };
};
const changed = (from, to, options) => {
  const text = RECORD.replace(from, to);
  expect(text).not.toBe(RECORD);
  return { text, ...fix(text, options) };
};

const MENDED = [
  ["a fraction of nothing", '"Quantity":5', '"Quantity":17.0', '"Quantity":17'],
  ["an exponent", '"Quantity":5', '"Quantity":1.5e3', '"Quantity":1500'],
  ["minus nothing", '"Quantity":5', '"Quantity":-0', '"Quantity":0'],
  ["a number in quotation marks", '"Quantity":5', '"Quantity":"5"', '"Quantity":5'],
  ["a decimal without quotation marks", '"Quantity":5', '"QuantityAsDecimal":5.25', '"QuantityAsDecimal":"5.25"'],
  ["zeros behind the sixth place", '"Quantity":5', '"QuantityAsDecimal":"5.2500000"', '"QuantityAsDecimal":"5.25"'],
  ["zeros before the first digit", '"Quantity":5', '"QuantityAsDecimal":"007.5"', '"QuantityAsDecimal":"7.5"'],
  ["white space in an account id", '"444455556666"', '" 444455556666\\t"', '"444455556666"'],
  ["an account id as a number", '"444455556666"', "444455556666", '"444455556666"'],
  ["an account id with hyphens", '"444455556666"', '"4444-5555-6666"', '"444455556666"'],
  ["white space behind an ARN", `"${ARN}"`, `"${ARN} "`, `"${ARN}"`],
  ["white space of all kinds around an account id", '"444455556666"', '"\\t \\n\\r444455556666\\r \\t"', '"444455556666"'],
  ["milliseconds", '"2026-11-21T08:00:00Z"', "1795248000000", "1795248000"],
  ["milliseconds with a rest", '"2026-11-21T08:00:00Z"', "1795248000250", "1795248000.25"],
  ["seconds in quotation marks", '"2026-11-21T08:00:00Z"', '"1795248000"', "1795248000"],
  ["white space around a time", '"2026-11-21T08:00:00Z"', '" 2026-11-21T08:00:00Z"', '"2026-11-21T08:00:00Z"'],
  ["a time without seconds", '"2026-11-21T08:00:00Z"', '"2026-11-21T08:00Z"', '"2026-11-21T08:00:00Z"'],
  ["another case", '"Dimension"', '"dimension"', '"Dimension"'],
  ["underscores", '"CustomerAWSAccountId"', '"customer_aws_account_id"', '"CustomerAWSAccountId"'],
  ["both quantities, equal", '"Quantity":5', '"Quantity":5,"QuantityAsDecimal":"5.0"', '"Quantity":5'],
  ["no allocations in a list", '"Quantity":5', '"Quantity":5,"UsageAllocations":[ ]', '"Quantity":5'],
  ["an empty list first", "{", '{"UsageAllocations":[], ', "{ "],
  ["no tags in a list", '"Quantity":5', '"Quantity":5,"UsageAllocations":[{"AllocatedUsageQuantity":5,"Tags":[]}]', '"Quantity":5,"UsageAllocations":[{"AllocatedUsageQuantity":5}]'],
  ["a byte order mark", "{", "\uFEFF{", "{"],
  ["a comma after the last member", '"Quantity":5', '"Quantity":5 ,', '"Quantity":5 '],
];

for (const [name, from, wrong, right] of MENDED) {
  test(`mended: ${name}`, () => {
    const { report, fixes, result, after } = changed(from, wrong);
    expect(report.violations.length).toBeGreaterThan(0);
    expect(fixes.length).toBe(1);
    expect(result).toBe(RECORD.replace(from, right));
    expect(after.violations.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(after.records.length).toBe(1);
  });
}

const LEFT_ALONE = [
  ["a quantity below zero", '"Quantity":5', '"Quantity":-5'],
  ["a fraction", '"Quantity":5', '"Quantity":17.5'],
  ["a fraction in quotation marks", '"Quantity":5', '"Quantity":"17.5"'],
  ["seven places that count", '"Quantity":5', '"QuantityAsDecimal":"5.1234567"'],
  ["two quantities", '"Quantity":5', '"Quantity":5,"QuantityAsDecimal":"5.5"'],
  ["an escaped backslash before a t", '"444455556666"', '"444455556666\\\\t"'],
  ["white space alone", '"444455556666"', '" \\t "'],
  ["two quantities that are one only as floats", '"Quantity":5', '"Quantity":17.0000000000000001,"QuantityAsDecimal":"17"'],
  ["a time without an offset", '"2026-11-21T08:00:00Z"', '"2026-11-21T08:00:00"'],
  ["a day", '"2026-11-21T08:00:00Z"', '"2026-11-21"'],
  ["thirteen digits that begin with zeros", '"2026-11-21T08:00:00Z"', '"0001795248000"'],
  ["ten digits that begin with a zero", '"2026-11-21T08:00:00Z"', '"0795248000"'],
  ["an empty list so far behind its comma that taking it out leaves the comma", '"Quantity":5', `"Quantity":5,${" ".repeat(600)}"UsageAllocations":[]`],
  ["microseconds", '"2026-11-21T08:00:00Z"', "1795248000000000"],
  ["no time at all", '"Timestamp":"2026-11-21T08:00:00Z",', ""],
  ["an account id that lost a zero", '"444455556666"', "44455556666"],
  ["white space inside an ARN", ":license:", ": license:"],
  ["a member that nobody knows", '"Quantity":5', '"Quantity":5,"Comment":"x"'],
  ["a misspelt member", '"Dimension"', '"Dimensoin"'],
  ["two spellings of one member", '"Quantity":5', '"Quantity":5,"quantity":6'],
  ["an old time", "2026-11-21", "2026-11-01"],
];

for (const [name, from, wrong] of LEFT_ALONE) {
  test(`left alone: ${name}`, () => {
    const { text, report, fixes, result } = changed(from, wrong);
    expect(report.violations.length).toBeGreaterThan(0);
    expect(fixes).toEqual([]);
    expect(result).toBe(text);
  });
}

test("a fix that would break the JSON does not take the others with it", () => {
  const wrong = RECORD.replace('"Quantity":5', `"Quantity":"5",${" ".repeat(600)}"UsageAllocations":[]`);
  const { fixes, result } = fix(wrong);
  expect([fixes.map(({ violation: { code } }) => code), result]).toEqual([["quantity_is_text"], wrong.replace('"5"', "5")]);
});

test("equal quantities of allocations deep in a request are found in the text", () => {
  const both = '"AllocatedUsageQuantity":2.0,"AllocatedUsageQuantityAsDecimal":"2.00"';
  const allocated = RECORD.replace('"Quantity":5', `"Quantity":2,"UsageAllocations":[{${both},"Tags":[{"Key":"k","Value":"a"}]}]`);
  const request = (text) => `\n {"UsageRecords": [${RECORD.replace("users", "other")},\n${text}]}`;
  expect(fix(request(allocated)).result).toBe(request(allocated.replace(both, '"AllocatedUsageQuantity":2')));
  const apart = allocated.replace("2.0,", "2.0000000000000001,");
  expect(fix(request(apart)).result).toBe(request(apart));
});

test("a text is walked once, however much white space is in it", { timeout: 60_000 }, () => {
  const space = " ".repeat(100_000);
  expect(changed('"users"', `"${space}\\u0041"`).fixes).toEqual([]);
  expect(changed('"users"', `"${space}users${space}"`, { dimensions: ["users"] }).result).toBe(RECORD);
  const zeros = "0".repeat(300_000);
  expect(changed('"Quantity":5', `"Quantity":5.${zeros}1`).fixes).toEqual([]);
  expect(changed('"Quantity":5', `"Quantity":5.${zeros}`).result).toBe(RECORD);
});

test("a dimension is trimmed only to one that the product has", () => {
  expect(changed('"users"', '"users "', { dimensions: ["users"] }).result).toBe(RECORD);
  expect(changed('"users"', '"users "', { dimensions: ["seats"] }).fixes).toEqual([]);
});

test("equal records leave one, conflicting ones stay", () => {
  const other = RECORD.replace('"Quantity":5', '"Quantity":6');
  const { fixes, result, after } = fix(`[${RECORD},\n ${RECORD} , ${other},${RECORD}]`);
  expect(fixes.map(({ violation: { code, record } }) => [code, record])).toEqual([["repeated_record", 1], ["repeated_record", 3]]);
  expect(result).toBe(`[${RECORD} , ${other}]`);
  expect(after.violations.map(({ code }) => code)).toEqual(["conflicting_records"]);
});

test("records of one hour that differ in their moment stay: it may be more usage", () => {
  const later = RECORD.replace("08:00:00Z", "08:30:00Z");
  const other = RECORD.replace("users", "other");
  const { report, fixes, result } = fix(`{"UsageRecords":[${other},${RECORD},${later},${RECORD}]}`);
  expect(report.violations.map(({ code, record }) => [code, record])).toEqual([["repeated_record", 2], ["repeated_record", 3]]);
  expect(fixes.map(({ violation: { record } }) => record)).toEqual([3]);
  expect(result).toBe(`{"UsageRecords":[${other},${RECORD},${later}]}`);
});

test("many at once: each with its own place, all confirmed", () => {
  const wrong = RECORD.replace('"Quantity":5', '"quantity":"7.0"').replace('"444455556666"', "444455556666");
  const { fixes, result } = fix(`{"usageRecords":[]}`);
  expect([fixes.length, result]).toEqual([1, '{"UsageRecords":[]}']);
  const many = `[${Array.from({ length: 50 }, (_, index) => wrong.replace("08:00", `0${index % 9}:00`).replace("users", `d${index}`)).join(",")}]`;
  const mended = fix(many);
  expect(mended.fixes.length).toBe(100);
  // The value of a member is judged once its name is right.
  const again = fix(mended.result);
  expect(again.fixes.length).toBe(50);
  expect(again.after.verdict).toBe("accepted");
  expect(again.after.records.map(({ quantity }) => quantity)).toEqual(Array(50).fill("7"));
});

test("numbers keep their value to the last digit", () => {
  const cases = {
    "17.0": "17", "1e3": "1000", "1.5E+3": "1500", "-0": "0", "-0.0e9": "0", "007": "7", "0.10": "0.1", "1e-6": "0.000001", "123.456e2": "12345.6",
    "9007199254740993": "9007199254740993", "0.1000000000000000055": "0.1000000000000000055", "-3.50": "-3.5", "10": "10",
  };
  for (const [text, expected] of Object.entries(cases)) expect([text, plainNumber(text)]).toEqual([text, expected]);
  for (const text of ["", "x", "1.", ".5", "0x1", "1e9999", "NaN", " 1"]) expect([text, plainNumber(text)]).toEqual([text, null]);
  expect([wholeNumber("2147483647"), wholeNumber("2147483648"), wholeNumber("1.5"), wholeNumber("-1")]).toEqual(["2147483647", null, null, null]);
  expect([decimalNumber("9999999999.999999"), decimalNumber("0.0000001"), decimalNumber("12345678901")]).toEqual(["9999999999.999999", null, null]);
});
