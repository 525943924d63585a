// A token's parts and the characters that encode each member; settings that may stand in a link. Without a browser.
import test from "node:test";
import { expect } from "@playwright/test";
import { createSettings } from "../../../www/js/shell/settings.js";
import { members, pieces, split, tokenIn } from "../../../www/js/token/parts.js";

test("members of an object's text, as written", () => {
  expect(members('{"alg":"PS256", "a\\"b" : [1,{"c":"}"}] ,\n"n":1.0}')).toEqual([
    { name: "alg", value: '"PS256"', start: 1, end: 14 },
    { name: 'a"b', value: '[1,{"c":"}"}]', start: 16, end: 38 },
    { name: "n", value: "1.0", start: 41, end: 48 },
  ]);
  expect(members('{"a":1,"a":2}').map(({ name, value }) => [name, value])).toEqual([["a", "1"], ["a", "2"]]);
  for (const text of ["", "[]", "1", '{"a"', '{"a":', '{"a":1', "{a:1}", '{"a" 1}', '{"a":1]']) expect([text, members(text)]).toEqual([text, []]);
});

test("the pieces of a segment make the segment, and each holds its member's bytes", () => {
  for (const json of ['{"alg":"PS256","typ":"JWT"}', '{"productCode":"x","nonce":"é𝄞","iat":1795255200}', '{ "a" : 1 , "b" : 2 }', "{}"]) {
    const segment = Buffer.from(json).toString("base64url");
    const list = members(json);
    const cut = pieces(segment, json, list);
    expect(cut.map(({ text }) => text).join("")).toBe(segment);
    expect(cut.filter(({ member }) => member !== null).map(({ member }) => member)).toEqual(list.map((_, index) => index));
    let at = 0;
    for (const { text, member } of cut) {
      if (member !== null) {
        // The bytes that these characters touch hold the member, but for one that two members share.
        const bytes = Buffer.from(json).subarray(Math.floor((at * 3) / 4), Math.ceil(((at + text.length) * 3) / 4)).toString();
        expect(bytes).toContain(json.slice(list[member].start + 1, list[member].end));
      }
      at += text.length;
    }
  }
  expect(pieces("not-its-encoding", '{"a":1}', members('{"a":1}'))).toEqual([{ text: "not-its-encoding", member: null }]);
});

test("the token in a text, and its parts", () => {
  expect(tokenIn(" a.b.c\n")).toBe("a.b.c");
  expect(tokenIn('{"Signature":"a.b.c"}')).toBe("a.b.c");
  expect([tokenIn('{"Signature":1}'), tokenIn("{")]).toEqual([null, null]);
  expect(split("a.b.c.d")).toEqual({ header: "a", payload: "b", signature: "c.d" });
  expect(split("a.b")).toEqual({ header: "a", payload: "b", signature: undefined });
  expect(split("a")).toEqual({ header: "a", payload: undefined, signature: undefined });
});

test("a link carries settings, and nothing that is none", () => {
  const settings = createSettings();
  expect(settings.fragment("token")).toBe("#token");
  let changes = 0;
  settings.onChange(() => { changes += 1; });
  settings.read("#usage?rules=2019&product=saas00000000000000000001a&dimensions=users%2Cgb&asOf=2026-12-01T05%3A59%3A00Z&leeway=5&versions=1%2C2");
  expect(changes).toBe(1);
  expect(Object.fromEntries(["rules", "product", "dimensions", "asOf", "leeway", "versions"].map((name) => [name, settings.get(name)]))).toEqual({
    rules: "2019", product: "saas00000000000000000001a", dimensions: "users,gb", asOf: "2026-12-01T05:59:00Z", leeway: "5", versions: "1,2",
  });
  const again = createSettings();
  again.read(settings.fragment("usage"));
  expect(again.fragment("usage")).toBe(settings.fragment("usage"));

  const token = `eyJhbGciOiJQUzI1NiJ9.${"a".repeat(80)}.${"b".repeat(512)}`;
  for (const name of ["product", "versions", "leeway", "rules", "dimensions", "asOf", "token", "nonce", "key", "__proto__", "constructor", "toString"]) {
    settings.set(name, token);
    expect(settings.get(name)).toBe("");
    settings.set(name, '{"Quantity":1}');
    expect(settings.get(name)).toBe("");
  }
  expect(settings.fragment("token")).toBe("#token");
});
