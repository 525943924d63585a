// Usage events: the record inside by AWS's rules, the time by the ledger's. Without a browser.
import { readFileSync } from "node:fs";
import test from "node:test";
import { expect } from "@playwright/test";
import { read } from "../../../www/js/read/read.js";
import { judgeEvents, TAKEN_FOR, TO_SEND } from "../../../www/js/usage/events.js";
import { FileJudge } from "../../../www/js/usage/file/judge.js";
import { applied, safeFixes } from "../../../www/js/usage/fixes.js";
import { engine } from "../support/engine.js";

const OPTIONS = { now: Date.parse("2026-11-21T10:00:00Z"), rules: "current" };
const USAGE = { CustomerAWSAccountId: "111122223333", ProductCode: "saas00000000000000000001a", Dimension: "users", Quantity: 3 };
const plain = (time, changes) => ({ EventId: "e1", Timestamp: time, ...USAGE, ...changes });
const cloud = (time, changes, data) => ({ specversion: "1.0", id: "e1", source: "/api", type: "usage", time, data: { ...USAGE, ...data }, ...changes });

const judge = (value, options, product) => judgeEvents(engine, typeof value === "string" ? value : JSON.stringify(value), { ...OPTIONS, ...options }, product);
const found = (report) => report.violations.map(({ code, severity, pointer }) => [code, severity, pointer]);
/** What the file reader says of a text on one line. */
function asLine(value, options) {
  const judged = new FileJudge(engine, { ...OPTIONS, ...options });
  judged.line(new TextEncoder().encode(JSON.stringify(value)), 1, 0);
  judged.finish();
  return { ...judged.tally, codes: judged.findings.list().map(({ code, severity, places: [{ pointer }] }) => [code, severity, pointer]) };
}

test("hours and seconds are those of the ledger's source", () => {
  const number = (file, pattern) => Number(readFileSync(new URL(`../../../metering/src/${file}`, import.meta.url), "utf8").match(pattern)[1]);
  expect(TAKEN_FOR).toBe(number("engine/ingest.rs", /MAX_EVENT_AGE: Duration = Duration::from_secs\((\d+) \* 3600\)/));
  const room = number("hours.rs", /const ROOM: i64 = (\d+);/);
  const margin = number("policy.rs", /window_margin: Duration::from_secs\((\d+)\)/);
  expect(TO_SEND).toBe((room + margin) * 1000);
});

// As of 10:00:00. The usage of an hour can be sent until 24 hours after the hour's last second, less 630 seconds for the close and the send.
const TIMES = {
  "of the hour that is not over": ["2026-11-21T09:59:59Z", []],
  "of this month, a day old": ["2026-11-20T10:00:00Z", []],
  "of the last hour that can still be sent": ["2026-11-20T10:10:00Z", []],
  "a millisecond over a day old, in an hour that can still be sent": ["2026-11-20T10:00:00.001Z", []],
  "of an hour that can no longer be sent": ["2026-11-20T09:59:59.999Z", [["carried", "warning"]]],
  "30 hours old": ["2026-11-20T04:00:00Z", [["carried", "warning"]]],
  "47 hours old": ["2026-11-19T11:00:00Z", [["carried", "warning"]]],
  "a millisecond over 47 hours old": ["2026-11-19T10:59:59.999Z", [["event_too_old", "error"]]],
  "a week old": ["2026-11-14T10:00:00Z", [["event_too_old", "error"]]],
  "five minutes ahead": ["2026-11-21T10:05:00Z", []],
  "more than five minutes ahead": ["2026-11-21T10:05:00.001Z", [["timestamp_in_future", "error"]]],
  "no time": ["yesterday", [["timestamp_malformed", "error"]]],
};
for (const [name, [time, expected]] of Object.entries(TIMES)) {
  test(`the time of an event: ${name}`, () => {
    const at = (pointer) => expected.map(([code, severity]) => [code, severity, pointer]);
    const accepted = expected.every(([, severity]) => severity === "warning") ? 1 : 0;
    expect(found(judge(plain(time)))).toEqual(at("/Timestamp"));
    expect(found(judge(cloud(time)))).toEqual(at("/time"));
    expect(found(judge([plain(time), cloud(time)]))).toEqual([...at("/0/Timestamp"), ...at("/1/time")]);
    expect(judge(plain(time)).records).toEqual(accepted ? [{ index: 0 }] : []);
    expect(asLine(plain(time))).toMatchObject({ accepted, rejected: 1 - accepted, codes: at("/Timestamp") });
    expect(asLine({ MessageId: "m", Body: JSON.stringify(cloud(time)) })).toMatchObject({ accepted, rejected: 1 - accepted, codes: at("/time") });
  });
}

test("the last minutes of an hour's window, and the month's end", () => {
  const late = (time, now, rules = "current") => found(judge(plain(time, { CustomerAWSAccountId: undefined, CustomerIdentifier: "ifAPi5AcF3" }), { now: Date.parse(now), rules })).map(([code]) => code);
  expect(late("2026-11-20T09:00:00Z", "2026-11-21T09:49:28.999Z")).toEqual([]);
  expect(late("2026-11-20T09:59:59Z", "2026-11-21T09:49:29Z")).toEqual(["carried"]);
  expect(late("2026-10-31T23:00:00Z", "2026-11-01T05:49:29.999Z")).toEqual([]);
  expect(late("2026-10-31T23:00:00Z", "2026-11-01T05:49:30Z")).toEqual(["carried"]);
  expect(late("2026-11-21T03:59:59Z", "2026-11-21T10:00:00Z", "2024")).toEqual(["carried"]);
  expect(late("2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z", "2024")).toEqual([]);
  expect(late("2026-11-21T08:59:59Z", "2026-11-21T10:00:00Z", "2019")).toEqual(["carried"]);
});

test("what an event that is too old, or late, is told", () => {
  const [old] = judge(plain("2026-11-19T10:00:00Z")).violations;
  expect(old).toMatchObject({
    code: "event_too_old", severity: "error", pointer: "/Timestamp", record: 0, actual: "2026-11-19T10:00:00Z", limit: "2026-11-19T11:00:00.000Z or later",
    source: "meterproof's ledger, docs/metering.md",
    message: "the event is more than 47 h old: the ledger no longer knows whether it was counted, so compare with the ledger first",
    start: 28, end: 50, line: 1, column: 29,
  });
  const [late] = judge(plain("2026-11-20T04:00:00Z")).violations;
  expect(late.message).toBe("the usage of this hour can no longer reach AWS in time: the ledger counts the event in a later hour, or refuses it where it is set to refuse late events");
  expect(late.limit).toBe(undefined);
});

test("the rest of an event is judged as a record, at its places in the text", () => {
  const text = `[\n  ${JSON.stringify(plain("2026-11-20T04:00:00Z", { Quantity: -3 }))},\n  ${JSON.stringify(cloud("2026-11-21T09:00:00Z", {}, { Dimension: "é𝄞", Quantity: "5" }))}\n]`;
  const report = judge(text);
  expect(report).toMatchObject({ kind: "UsageEvents", recordCount: 2, records: [] });
  expect(report.violations.map(({ code, pointer, record, line, column, start, end }) => [code, pointer, record, line, column, text.slice(start, end)])).toEqual([
    ["quantity_negative", "/0/Quantity", 0, 2, [...text.split("\n")[1].split("-3")[0]].length + 1, "-3"],
    ["carried", "/0/Timestamp", 0, 2, 31, '"2026-11-20T04:00:00Z"'],
    ["quantity_is_text", "/1/data/Quantity", 1, 3, [...text.split("\n")[2].split('"5"')[0]].length + 1, '"5"'],
  ]);
  expect(report.points.map(({ index, timestamp, dimension, quantity }) => [index, new Date(timestamp).toISOString(), dimension, quantity])).toEqual([
    [0, "2026-11-20T04:00:00.000Z", "users", "-3"], [1, "2026-11-21T09:00:00.000Z", "é𝄞", "5"],
  ]);
  const fixes = safeFixes(text, report, judge);
  expect(fixes.map(({ replacement }) => replacement)).toEqual(["5"]);
  expect(found(judge(applied(text, fixes))).map(([code]) => code)).toEqual(["quantity_negative", "carried"]);
});

test("an event without an id, a customer or a product", () => {
  const now = "2026-11-21T09:00:00Z";
  const told = (value, product) => judge(value, {}, product).violations.map(({ code, pointer, message }) => [code, pointer, message]);
  expect(told([plain(now), plain(now, { EventId: undefined })])).toEqual([["missing_member", "/1", "the event has no EventId; add it"]]);
  expect(told(plain(now, { EventId: "" }))).toEqual([["missing_member", "", "the event has no EventId; add it"]]);
  expect(told(cloud(now, { source: undefined }))).toEqual([["missing_member", "/data", "the event has no source; add it"]]);
  expect(judge(cloud(now, { data: 7 })).violations.map(({ code }) => code)).toContain("missing_identity");
  expect(judge([plain(now), 7]).violations.map(({ code }) => code)).toContain("missing_identity");
  const bare = plain(now, { ProductCode: undefined });
  expect(told(bare)).toEqual([["missing_product_code", "", expect.any(String)]]);
  expect(told(bare, "saas00000000000000000001a")).toEqual([]);
  expect(told(plain(now, { LicenseArn: "arn:aws:license-manager::111122223333:license:l-00000000000000000000000000000001" }))).toEqual([["product_code_with_license", "/ProductCode", expect.any(String)]]);
});

test("an array of events on a line, alone or as the body of a message: each counts once under its id", () => {
  const events = [plain("2026-11-21T09:00:00Z"), plain("2026-11-20T04:00:00Z", { EventId: "e2" }), plain("2026-11-21T09:00:00Z", { EventId: "e2" })];
  for (const value of [events, { messageId: "m", body: JSON.stringify(events) }]) {
    expect(asLine(value)).toMatchObject({ accepted: 2, repeated: 0, conflicts: 1, rejected: 0 });
    expect(asLine(value).codes).toEqual([["event_id_taken", "error", ""], ["carried", "warning", "/1/Timestamp"]]);
  }
  expect(asLine([...events, { Dimension: "users" }]).codes).toContainEqual(["missing_member", "error", "/3"]);
});

test("what is no event is not taken for one", () => {
  for (const text of ["", "{", "[]", "[{}]", "7", '{"UsageRecords":[{"EventId":"e"}]}', JSON.stringify({ ...USAGE, Timestamp: 1 })]) expect([text, judge(text)]).toEqual([text, null]);
});

test("a pasted message with events: what it is taken for", () => {
  const message = (body) => ({ MessageId: "m", Body: JSON.stringify(body) });
  const [one, two] = [plain("2026-11-20T04:00:00Z"), cloud("2026-11-20T04:00:00Z")];
  const line = (value) => read(JSON.stringify(value)).line;
  expect(line(one)).toBe("A usage event.");
  expect(line(two)).toBe("A usage event.");
  expect(line([one, two])).toBe("An array of 2 usage events.");
  expect(line({ Messages: [message(one)] })).toBe("1 SQS message. Its body: a usage event.");
  expect(line({ Messages: [message([two, one])] })).toBe("1 SQS message. Its body: an array of 2 usage events.");
  const several = read(JSON.stringify({ Messages: [message(one), message([two, one])] }));
  expect(several).toMatchObject({ line: "2 SQS messages. Their events are below.", text: `[\n${[one, two, one].map((event) => JSON.stringify(event)).join(",\n")}\n]` });
  expect(several.lines).toBeUndefined();
  const mixed = read(JSON.stringify({ Messages: [message(one), message({ UsageRecords: [] })] }));
  expect(mixed).toMatchObject({ lines: true, text: `${JSON.stringify(one)}\n{"UsageRecords":[]}\n` });
});
