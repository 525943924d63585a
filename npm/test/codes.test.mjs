// The types and the documentation name exactly the codes that the engine and its wrapper have.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { codes } from "meterproof";

const folder = new URL("./node_modules/meterproof/", import.meta.url);
const types = ["index.d.ts", "codes.d.ts"]
  .map((name) => readFileSync(new URL(name, folder), "utf8"))
  .join("\n");

const unions = {
  verify: "VerifyErrorCode",
  key: "KeyErrorCode",
  configuration: "ConfigurationErrorCode",
  violation: "ViolationCode",
  checks: "CheckName",
  causes: "CauseCode",
};

for (const [kind, name] of Object.entries(unions)) {
  test(name, () => {
    const [, union] = types.match(new RegExp(`^export type ${name} =([^;]*);`, "m"));
    const declared = [...union.matchAll(/"([^"]+)"/g)].map(([, code]) => code);
    assert.deepEqual(declared.sort(), [...codes()[kind]].sort());
    assert.equal(new Set(declared).size, declared.length);
  });
}

test("every configuration code of the wrapper is in the list", () => {
  const files = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"));
  const used = files.flatMap((file) => [
    ...file.matchAll(/"((?:invalid|missing|unknown|not|no|input|init)_[a-z_]+)"/g),
  ]);
  for (const [, code] of used) assert.ok(codes().configuration.includes(code), code);
});

test("the documentation explains every configuration code, and no other", () => {
  const page = readFileSync(join(process.env.METERPROOF_VECTORS, "../../docs/error-codes.md"), "utf8");
  const [, section] = page.split("\n## Configuration of the npm package\n");
  const explained = [...section.split("\n## ")[0].matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
  assert.deepEqual(explained, codes().configuration);
});
