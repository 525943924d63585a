// A file judged line by line: counts, places, duplicates across the file, what is left of it. Without a browser.
import test from "node:test";
import { expect } from "@playwright/test";
import { FileJudge, UnreadableFile } from "../../../www/js/usage/file/judge.js";
import { LineCutter } from "../../../www/js/usage/file/lines.js";
import { cleanedFile, reportFile } from "../../../www/js/usage/file/output.js";
import { readPairs } from "../../../www/js/usage/file/pair-texts.js";
import { sentence } from "../../../www/js/usage/file/results.js";
import { Seen, NEW, NOT_KEPT } from "../../../www/js/usage/file/seen.js";
import { engine } from "../support/engine.js";

const OPTIONS = { now: Date.parse("2026-11-21T10:00:00Z"), rules: "current" };
const ARN = "arn:aws:license-manager::444455556666:license:l-00000000000000000000000000000001";
const record = (changes = {}) => ({ CustomerAWSAccountId: "444455556666", LicenseArn: ARN, Dimension: "users", Timestamp: "2026-11-21T08:00:00Z", Quantity: 5, ...changes });
const lines = (...values) => values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join("\n");
const fileOf = (...parts) => new File(parts, "records.jsonl");

/** Judges a file as the worker does, in chunks of `size` bytes. */
async function judge(file, { size = 1 << 16, product, keys, longest } = {}) {
  const judged = new FileJudge(engine, OPTIONS, { product, keys });
  const cutter = new LineCutter({
    longest,
    onLine: (bytes, number, offset) => judged.line(bytes, number, offset),
    onLong: (number, offset, length) => judged.tooLong(number, offset, length),
  });
  const bytes = new Uint8Array(await file.arrayBuffer());
  for (let at = 0; at < bytes.length; at += size) cutter.push(bytes.slice(at, at + size));
  cutter.end();
  judged.finish();
  return judged;
}

const found = (judged) => judged.findings.list().map(({ code, severity, count, places }) => [code, severity, count, places.map(({ line, column, byte }) => [line, column, byte])]);
const counts = ({ tally: { accepted, repeated, conflicts, rejected } }) => ({ accepted, repeated, conflicts, rejected });
const cleaned = async (file, judged) => (await cleanedFile(file, judged, () => {})).text();
const report = async (file, judged, product) =>
  (await (await reportFile(file, judged, { engine, options: OPTIONS, product }, () => {})).text()).split("\n").filter(Boolean).map((line) => JSON.parse(line));

test("records, requests, empty lines and CRLF; places to the byte and the character, whatever the chunks", async () => {
  const text = [
    JSON.stringify(record({ Dimension: "𝄞é", Quantity: -1 })) + "\r",
    "",
    JSON.stringify(record()) + "\r",
    "  \r",
    JSON.stringify({ UsageRecords: [record({ Dimension: "a" }), record({ Dimension: "b", Quantity: 1.5 })] }),
    "{\"CustomerAWSAccountId\":",
    JSON.stringify({ ProductCode: "container0000000000000001", Timestamp: "2026-11-21T09:00:00Z", UsageDimension: "pods", UsageQuantity: 3 }),
  ].join("\n");
  const bytes = new TextEncoder().encode(text);
  const byte = (marker, from = 0) => new TextEncoder().encode(text.slice(0, text.indexOf(marker, from))).length;
  const column = (line, marker) => [...text.split("\n")[line - 1].slice(0, text.split("\n")[line - 1].indexOf(marker))].length + 1;
  const expected = [
    ["quantity_negative", "error", 1, [[1, column(1, "-1}"), byte("-1}")]]],
    ["quantity_fraction", "error", 1, [[5, column(5, "1.5"), byte("1.5")]]],
    ["json_unexpected_end", "error", 1, [[6, 25, byte("{\"CustomerAWSAccountId\":\n") + 24]]],
  ];
  for (const size of [1, 3, 17, 100, 1 << 16]) {
    const judged = await judge(fileOf(bytes), { size });
    expect(judged.findings.list().find(({ code }) => code === "invalid_dimension")).toBe(undefined);
    expect([size, found(judged)]).toEqual([size, expect.arrayContaining(expected)]);
    expect(found(judged).length).toBe(3);
    expect(counts(judged)).toEqual({ accepted: 2, repeated: 0, conflicts: 0, rejected: 4 });
    expect([judged.lines, judged.empty, judged.records]).toEqual([7, 2, 6]);
    expect(judged.forms).toEqual({ record: 3, request: 2, event: 0, message: 0 });
  }
});

test("a byte order mark, invalid UTF-8, UTF-16 and a line that is too long are named", async () => {
  const good = JSON.stringify(record());
  const marked = await judge(fileOf("\uFEFF", good));
  expect(found(marked)).toEqual([["json_byte_order_mark", "warning", 1, [[1, 1, 0]]]]);
  expect(counts(marked).accepted).toBe(1);
  expect(await cleaned(fileOf("\uFEFF", good), marked)).toBe(`${good}\n`);

  const broken = await judge(fileOf(good, "\n", new Uint8Array([123, 34, 255, 34, 125]), "\n"));
  expect(found(broken)).toEqual([["json_invalid_utf8", "error", 1, [[2, 3, good.length + 3]]]]);

  await expect(judge(fileOf(new Uint8Array([0xff, 0xfe, 123, 0, 10, 0])))).rejects.toThrow(new UnreadableFile("The file is UTF-16: save it as UTF-8."));

  const long = fileOf(good, "\n", `{"a":"${"x".repeat(5000)}"}`, "\n", JSON.stringify(record({ Dimension: "d" })));
  const judged = await judge(long, { longest: 1000, size: 64 });
  expect(judged.findings.list().map(({ code, places: [{ line, byte, message }] }) => [code, line, byte, message])).toEqual([
    ["line_too_long", 2, good.length + 1, "the line has 5008 bytes and is not read: lines of up to 4194304 are, so write one record or one request body a line"],
  ]);
  expect(counts(judged)).toEqual({ accepted: 2, repeated: 0, conflicts: 0, rejected: 1 });
});

test("duplicates and conflicts across the file, by customer, dimension and hour", async () => {
  const split = (a, b) => ({ UsageAllocations: [{ AllocatedUsageQuantity: a, Tags: [{ Key: "k", Value: "a" }] }, { AllocatedUsageQuantity: b, Tags: [{ Key: "k", Value: "b" }] }] });
  const file = fileOf(lines(
    record(), // 1
    record({ Timestamp: "2026-11-21T09:59:59+01:00" }), // 2: the same hour
    record({ Quantity: undefined, QuantityAsDecimal: "5.00" }), // 3: the same quantity
    record({ Timestamp: 1795248000 + 3600, Quantity: 7 }), // 4
    record({ Quantity: 6 }), // 5: conflict
    { UsageRecords: [record({ Dimension: "other" }), record(), record({ Quantity: 9, Dimension: "third" })] }, // 6
    record({ Dimension: "split", ...split(2, 3) }), // 7
    record({ Dimension: "split", UsageAllocations: split(2, 3).UsageAllocations.reverse() }), // 8: the same split
    record({ Dimension: "split", ...split(1, 4) }), // 9: another split
  ));
  for (const size of [50, 1 << 16]) {
    const judged = await judge(file, { size });
    expect(counts(judged)).toEqual({ accepted: 5, repeated: 4, conflicts: 2, rejected: 0 });
    expect(judged.findings.list().map(({ code, severity, count, places }) => [code, severity, count, places.map(({ line, pair }) => [line, pair.first.line])])).toEqual([
      ["conflicting_records", "error", 1, [[5, 1]]],
      ["repeated_record", "warning", 4, [[2, 1], [3, 1], [6, 1], [8, 7]]],
      ["differing_allocations", "warning", 1, [[9, 7]]],
    ]);
    expect(judged.tally.hours.list()).toEqual([[1795248000000, 4, 4, 2, 0], [1795251600000, 1, 0, 0, 0]]);
    const read = await readPairs(judged.findings.list(), file, engine, OPTIONS);
    expect(read.map(({ code, count }) => [code, count])).toEqual([["conflicting_records", 1], ["repeated_record", 4], ["differing_allocations", 1]]);
    expect(JSON.parse(read[0].places[0].pair.firstText)).toEqual(record());
    const rest = (await cleaned(file, judged)).trimEnd().split("\n").map((line) => JSON.parse(line));
    expect(rest.map((value) => value.UsageRecords?.map(({ Dimension }) => Dimension) ?? value.Dimension)).toEqual(["users", "users", ["other", "third"], "split"]);
    expect(await report(file, judged)).toEqual([
      { line: 2, byte: expect.any(Number), severity: "warning", code: "repeated_record", record: 0, firstLine: 1 },
      { line: 3, byte: expect.any(Number), severity: "warning", code: "repeated_record", record: 0, firstLine: 1 },
      { line: 5, byte: expect.any(Number), severity: "error", code: "conflicting_records", record: 0, firstLine: 1 },
      { line: 6, byte: expect.any(Number), severity: "warning", code: "repeated_record", record: 1, firstLine: 1 },
      { line: 8, byte: expect.any(Number), severity: "warning", code: "repeated_record", record: 0, firstLine: 7 },
      { line: 9, byte: expect.any(Number), severity: "warning", code: "differing_allocations", record: 0, firstLine: 7 },
    ]);
  }
});

test("a file is rejected for its errors alone: another split of an equal quantity is a warning", async () => {
  const split = (value) => ({ UsageAllocations: [{ AllocatedUsageQuantity: 5, Tags: [{ Key: "k", Value: value }] }] });
  const said = ({ lines, records, findings: { errors, warnings }, tally: { conflicts } }) => sentence({ cancelled: false, lines, records, errors, warnings, conflicts });
  expect(said(await judge(fileOf(lines(record(split("a")), record(split("b"))))))).toBe("Accepted, with 1 warning: 2 records in 2 lines");
  expect(said(await judge(fileOf(lines(record(), record({ Quantity: 6 })))))).toBe("Rejected: 1 error in 2 records in 2 lines");
  expect(said(await judge(fileOf(lines(record()))))).toBe("Accepted: 1 record in 1 line");
});

test("the memory for keys is bounded, and what was not compared is counted", async () => {
  const file = fileOf(lines(...Array.from({ length: 20 }, (_, index) => record({ Dimension: `d${index % 10}` }))));
  const judged = await judge(file, { keys: 4 });
  expect(counts(judged)).toEqual({ accepted: 16, repeated: 4, conflicts: 0, rejected: 0 });
  expect([judged.tally.keys, judged.tally.uncompared]).toEqual([4, 12]);

  const seen = new Seen(100_000);
  const entry = (line) => ({ quantity: 1, split: 0, line, index: 0, offset: line * 235 });
  for (let line = 1; line <= 100_000; line += 1) expect(seen.add(`key ${line}`, entry(line))).toBe(NEW);
  expect(seen.add("key 0", entry(0))).toBe(NOT_KEPT);
  for (const line of [1, 65_536, 65_537, 100_000]) expect(seen.entry(seen.add(`key ${line}`, entry(0)))).toEqual(entry(line));
});

test("usage events: judged as the record inside, once under their id", async () => {
  const plain = (id, changes) => ({ EventId: id, Source: "s", ...record(changes), Tags: [{ Key: "a", Value: "b" }] });
  const { Timestamp: time, ...data } = record();
  const cloud = (id, changes) => ({ specversion: "1.0", id, source: "s", type: "usage", time, data: { ...data, ...changes } });
  const wrong = JSON.stringify(cloud("4", { Quantity: -3 }));
  const file = fileOf(lines(
    plain("1"), plain("2"), plain("1"), plain("1", { Quantity: 6 }), // same hour: added up; the same id: once; other usage under it: an error
    cloud("3"), cloud("3"), wrong, plain("5", { Timestamp: "never" }),
  ));
  const judged = await judge(file);
  expect(judged.forms.event).toBe(8);
  expect(counts(judged)).toEqual({ accepted: 3, repeated: 2, conflicts: 1, rejected: 2 });
  const offset = (await file.text()).indexOf(wrong);
  expect(found(judged).filter(([, severity]) => severity === "error")).toEqual(expect.arrayContaining([
    ["quantity_negative", "error", 1, [[7, wrong.indexOf("-3") + 1, offset + wrong.indexOf("-3")]]],
    ["event_id_taken", "error", 1, [[4, 1, expect.any(Number)]]],
    ["timestamp_malformed", "error", 1, [[8, expect.any(Number), expect.any(Number)]]],
  ]));
  const rest = (await cleaned(file, judged)).trimEnd().split("\n").map((line) => JSON.parse(line));
  expect(rest.map(({ EventId, id }) => EventId ?? id)).toEqual(["1", "2", "3"]);
});

test("messages with a body, and bare records of a product", async () => {
  const message = JSON.stringify({ MessageId: "m", Body: JSON.stringify(record({ Quantity: -1 })) });
  const invocation = { Records: [{ body: JSON.stringify(record({ Dimension: "a" })) }, { body: JSON.stringify({ UsageRecords: [record({ Dimension: "b" })] }) }] };
  const judged = await judge(fileOf(lines(message, invocation)));
  expect(judged.forms.message).toBe(2);
  expect(counts(judged)).toEqual({ accepted: 2, repeated: 0, conflicts: 0, rejected: 1 });
  expect(found(judged)).toEqual([["quantity_negative", "error", 1, [[1, message.indexOf('"{') + 1, message.indexOf('"{')]]]]);

  const bare = fileOf(lines(record({ LicenseArn: undefined, CustomerAWSAccountId: undefined, CustomerIdentifier: "ifAPi5AcF3" })));
  expect((await judge(bare)).findings.list()[0].code).toBe("missing_product_code");
  const known = await judge(bare, { product: "saaslegacy000000000000001" });
  expect([known.findings.list(), counts(known).accepted]).toEqual([[], 1]);
});

test("a message that holds a record of an earlier line is left out of the cleaned file as a whole, and counted", async () => {
  const body = (...records) => JSON.stringify({ UsageRecords: records });
  const a = record({ Dimension: "a" });
  const sole = { messageId: "2", body: JSON.stringify(record()) };
  const several = { messageId: "3", body: body(a, record()) };
  const conflict = { messageId: "6", body: body(record({ Dimension: "g" }), record({ Quantity: 9 })) };
  const invocation = { Records: [{ body: JSON.stringify(record({ Dimension: "b" })) }, { body: JSON.stringify(a) }] };
  const fresh = { Records: [{ body: JSON.stringify(record({ Dimension: "c" })) }, { body: body(record({ Dimension: "d" })) }] };
  const file = fileOf(lines(record(), sole, several, invocation, fresh, conflict));
  const judged = await judge(file);
  expect(judged.forms).toEqual({ record: 1, request: 0, event: 0, message: 5 });
  expect(await cleaned(file, judged)).toBe(`${JSON.stringify(record())}\n${JSON.stringify(fresh)}\n`);
  expect(judged.droppedWhole).toBe(3);
  expect((await report(file, judged)).filter(({ firstLine }) => firstLine).map(({ line, code, record: index, firstLine }) => [line, code, index, firstLine])).toEqual([
    [2, "repeated_record", 0, 1], [3, "repeated_record", 1, 1], [4, "repeated_record", 1, 3], [6, "conflicting_records", 1, 1],
  ]);
});

test("two messages of one line with the same record are a pair that is listed", async () => {
  const message = { body: JSON.stringify(record()) };
  const both = { body: JSON.stringify({ UsageRecords: [record({ Dimension: "a" }), record({ Dimension: "a" })] }) };
  const file = fileOf(lines({ Records: [message, message] }, both));
  const judged = await judge(file);
  expect(judged.droppedWhole).toBe(2);
  expect(judged.findings.list().map(({ code, count, places }) => [code, count, places.map(({ line }) => line)])).toEqual([["repeated_record", 2, [1, 2]]]);
  expect((await report(file, judged)).map(({ line, code, record: index, firstLine, pointer }) => [line, code, index, firstLine, pointer])).toEqual([
    [1, "repeated_record", 1, 1, undefined], [2, "repeated_record", undefined, undefined, "/UsageRecords/1"],
  ]);
});

test("what stays of a request is its own text; a request of which nothing stays is no line", async () => {
  const exact = (dimension, quantity) => `{ "CustomerAWSAccountId":"444455556666","LicenseArn":"${ARN}", "Dimension":"${dimension}","Timestamp":1795248000.123456789,"QuantityAsDecimal":"${quantity}" }`;
  const [a, b, c, d] = ["a", "b", "c", "\\u0064 \\\\],[{}\\\""].map((dimension) => exact(dimension, "5.10"));
  const text = [
    `{"UsageRecords": [${a},${c}]}`,
    `\t{ "UsageRecords": [ ${a} ,\t${b}  ,  ${c},${d} ] }\r`,
    `[${b}, ${d}]`,
    `{"UsageRecords":[${a}, ${b}]}\r`,
    `[${exact("e", "1")},${a}, ${exact("f", "2")}]`,
  ].join("\n");
  const file = fileOf(text);
  const judged = await judge(file);
  expect(counts(judged)).toEqual({ accepted: 6, repeated: 7, conflicts: 0, rejected: 0 });
  expect(judged.droppedWhole).toBe(0);
  expect(await cleaned(file, judged)).toBe(`{"UsageRecords": [${a},${c}]}\n\t{ "UsageRecords": [ ${b},${d} ] }\n[${exact("e", "1")}, ${exact("f", "2")}]\n`);
});

test("the report has every violation, the list the first of each code", async () => {
  const file = fileOf(lines(...Array.from({ length: 100 }, (_, index) => record({ Quantity: -1, Dimension: `d${index}` }))));
  const judged = await judge(file);
  const [negative] = judged.findings.list();
  expect([negative.code, negative.count, negative.places.length]).toEqual(["quantity_negative", 100, 20]);
  expect(negative.places[0].excerpt).toEqual({ before: expect.stringMatching(/"Quantity":$/), marked: "-1", after: "}" });
  const all = await report(file, judged);
  expect(all.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect(all[99]).toEqual({ line: 100, column: negative.places[10].column, byte: expect.any(Number), severity: "error", code: "quantity_negative", pointer: "/Quantity", message: negative.places[0].message });
  expect(await cleaned(file, judged)).toBe("");
});
