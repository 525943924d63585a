// A file cut into lines and JSON cut into members: exact at every border. Without a browser.
import test from "node:test";
import { expect } from "@playwright/test";
import { LineCutter } from "../../../www/js/usage/file/lines.js";
import { elementsOf, membersOf, recordSpan } from "../../../www/js/usage/spans.js";

const encoder = new TextEncoder();

/** Lines as `[number, offset, text]`, long ones as `[number, offset, length]`, of a file that comes in chunks of `size`. */
function cut(bytes, size, longest) {
  const found = [];
  const cutter = new LineCutter({
    longest,
    onLine: (line, number, offset) => found.push([number, offset, Buffer.from(line).toString("latin1")]),
    onLong: (number, offset, length) => found.push([number, offset, length]),
  });
  for (let at = 0; at < bytes.length; at += size) {
    // What a stream lends is overwritten after the call.
    const lent = bytes.slice(at, at + size);
    cutter.push(lent);
    lent.fill(33);
  }
  cutter.end();
  return found;
}

test("lines, their numbers and offsets do not depend on the chunks", () => {
  const bytes = encoder.encode('{"a":1}\r\n\n{"é":"𝄞"}\n \nlast');
  const expected = [
    [1, 0, '{"a":1}\r'], [2, 9, ""], [3, 10, Buffer.from('{"é":"𝄞"}').toString("latin1")], [4, 24, " "], [5, 26, "last"],
  ];
  for (let size = 1; size <= bytes.length; size += 1) expect([size, cut(bytes, size, 100)]).toEqual([size, expected]);
  expect(cut(encoder.encode("one\n"), 3, 100)).toEqual([[1, 0, "one"]]);
  expect(cut(new Uint8Array(0), 3, 100)).toEqual([]);
});

test("a line beyond the bound is named with its length, and the next one is read", () => {
  const bytes = encoder.encode(`ok\n${"x".repeat(1000)}\nafter\n${"y".repeat(11)}`);
  for (const size of [1, 7, 64, 5000]) {
    expect(cut(bytes, size, 10)).toEqual([[1, 0, "ok"], [2, 3, 1000], [3, 1004, "after"], [4, 1010, 11]]);
    expect(cut(bytes, size, 11).at(-1)).toEqual([4, 1010, "y".repeat(11)]);
  }
});

test("random files come back whole from random chunks", () => {
  let seed = 7;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  for (let round = 0; round < 300; round += 1) {
    const bytes = Uint8Array.from({ length: random(200) }, () => [10, 13, 97, 195, 169][random(5)]);
    const lines = cut(bytes, 1 + random(20), 1000);
    const text = Buffer.from(bytes).toString("latin1");
    expect(lines.map(([, , line]) => line)).toEqual(text === "" ? [] : text.replace(/\n$/, "").split("\n"));
    for (const [, offset, line] of lines) expect(text.slice(offset, offset + line.length)).toBe(line);
  }
});

test("members, elements and records by their places", () => {
  const text = ' { "a" : [1, {"]": "\\"}"}] ,"b":"x","c":{"d":[]}, "e": -1.5e3 } ';
  expect(membersOf(text).map(({ name, from, to }) => [name, text.slice(from, to)])).toEqual([
    ["a", '[1, {"]": "\\"}"}]'], ["b", '"x"'], ["c", '{"d":[]}'], ["e", "-1.5e3"],
  ]);
  expect(elementsOf('[ 1,"a,b" ,[2,3],{}]').map(({ from, to }) => '[ 1,"a,b" ,[2,3],{}]'.slice(from, to))).toEqual(["1", '"a,b"', "[2,3]", "{}"]);
  expect(membersOf("{}")).toEqual([]);
  const body = '{"ProductCode":"p","UsageRecords":[{"a":1}, {"b":2}]}';
  const span = recordSpan(body, "BatchMeterUsage", 1);
  expect(body.slice(span.from, span.to)).toBe('{"b":2}');
  expect(recordSpan(body, "BatchMeterUsage", 2)).toBe(null);
});
