// The entry for browsers, which has to be told when to load. It is imported by its path,
// because Node's own condition would choose the other entry.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { keyPair } from "./support.mjs";

const folder = new URL("./node_modules/meterproof/", import.meta.url);
const wasm = (name) => readFileSync(new URL(`wasm/${name}.wasm`, folder));

const browser = () => import(new URL("index.js", folder));

test("before init every function says what is missing; init mends it", async () => {
  const { ConfigurationError, createVerifier, init, publicKey, rulesWindow, validate } =
    await browser();
  const { pem } = keyPair();
  for (const early of [
    () => validate("[]"),
    () => publicKey(pem),
    () => rulesWindow(),
    () => createVerifier({ productCode: "p", keys: { 1: pem } }),
  ]) {
    assert.throws(early, { name: "ConfigurationError", code: "not_initialised" });
  }

  // A file that is no WebAssembly: an error that says so, and another try is allowed.
  await assert.rejects(init(new Uint8Array([1, 2, 3, 4])), (error) => {
    assert.ok(error instanceof ConfigurationError);
    assert.equal(error.code, "init_failed");
    assert.ok(error.message.includes("wasm-unsafe-eval"));
    assert.ok(error.cause instanceof WebAssembly.CompileError);
    return true;
  });
  await assert.rejects(init("http://127.0.0.1:9/missing.wasm"), { code: "init_failed" });
  assert.throws(() => validate("[]"), { code: "not_initialised" });

  // Calls at the same time share one loading.
  const module = new WebAssembly.Module(wasm("full.scalar"));
  const first = init(module);
  assert.equal(init(), first);
  await first;
  await init();
  assert.equal(validate("[]").kind, "UsageRecords");
  assert.equal(publicKey(pem).bits, 2048);
});

test("the package in Node is ready after its import, and init is there all the same", async () => {
  const meterproof = await import("meterproof");
  assert.equal(meterproof.validate("[]").kind, "UsageRecords");
  await meterproof.init();
});

test("both entries export the same names, which are those of the types", async () => {
  const node = await import("meterproof");
  assert.deepEqual(Object.keys(node).sort(), Object.keys(await browser()).sort());
  const types = readFileSync(new URL("index.d.ts", folder), "utf8");
  const declared = [...types.matchAll(/^export (?:abstract )?(?:class|function) (\w+)/gm)];
  assert.deepEqual(declared.map(([, name]) => name).sort(), Object.keys(node).sort());
});

test("the package holds what it ships and nothing else", () => {
  const files = readdirSync(folder, { recursive: true }).map(String).sort();
  assert.deepEqual(files, [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "api.js",
    "arguments.js",
    "codes.d.ts",
    "diagnosis.js",
    "engine-full.js",
    "engine-verify.js",
    "engine.js",
    "errors.js",
    "index.d.ts",
    "index.js",
    "node.js",
    "package.json",
    "tokens.js",
    "usage.js",
    "verify-api.js",
    "verify-node.js",
    "verify.d.ts",
    "verify.js",
    "wasm",
    "wasm/full.scalar.wasm",
    "wasm/full.simd.wasm",
    "wasm/verify.scalar.wasm",
    "wasm/verify.simd.wasm",
  ]);
  const manifest = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  assert.equal(manifest.dependencies, undefined);
});

for (const name of ["full.simd", "full.scalar", "verify.simd", "verify.scalar"]) {
  test(`${name} imports nothing from its host`, () => {
    assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(wasm(name))), []);
  });
}
