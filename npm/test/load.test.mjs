// The entry for browsers, which has to be told when to load. It is imported by its path,
// because Node's own condition would choose the other entry.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { copyOf, keyPair, wasm } from "./support.mjs";

const folder = new URL("./node_modules/meterproof/", import.meta.url);

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

const failed = { name: "ConfigurationError", code: "init_failed" };

test("init takes an address, a Request, a Response and promises of each", async () => {
  const address = (type, bytes = wasm("verify.scalar")) =>
    `data:${type};base64,${bytes.toString("base64")}`;
  for (const source of [
    address("application/wasm"),
    new URL(address("application/wasm")),
    new Request(address("application/wasm")),
    // A server that does not know the type: compiled once it is there.
    address("application/octet-stream"),
    fetch(address("application/wasm")),
    Promise.resolve(new Response(wasm("verify.simd"))),
    wasm("verify.simd").buffer.slice(0),
    new WebAssembly.Module(wasm("verify.simd")),
  ]) {
    const { init, publicKey } = await copyOf("verify.js");
    // Node gives small files a part of a larger buffer: sliced, it may be no module.
    if (source instanceof ArrayBuffer && !WebAssembly.validate(source)) continue;
    await init(source);
    assert.equal(publicKey(keyPair().pem).bits, 2048);
  }
});

test("init says what is wrong with what it was given, and may be called again", async () => {
  const { init, initSync, publicKey } = await copyOf("verify.js");
  const empty = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  for (const source of [
    new Response("gone", { status: 404 }),
    "data:application/wasm,no",
    { then: (_, fail) => fail(new Error("offline")) },
    empty,
    7,
    null,
  ]) {
    await assert.rejects(init(source), failed);
  }
  for (const source of [empty, new Uint8Array(8), undefined, "file"]) {
    assert.throws(() => initSync(source), failed);
  }
  assert.throws(() => publicKey(""), { code: "not_initialised" });
  initSync(wasm("verify.scalar"));
  assert.throws(() => publicKey(""), { code: "key_empty" });
});

test("an engine is not loaded twice", async () => {
  const { createVerifier, init, initSync, engine } = await copyOf("verify.js");
  const slow = init(new Promise((resolve) => setImmediate(() => resolve(wasm("verify.simd")))));
  initSync(wasm("verify.scalar"));
  const verifier = createVerifier({ productCode: "p", keys: { 1: keyPair().pem } });
  const before = engine.memorySize;
  await slow;
  initSync(wasm("verify.simd"));
  assert.throws(() => verifier.verify("a.b.c", { nonce: null }), { name: "VerifyError" });
  assert.equal(engine.memorySize, before);
});

test("the entry for everything refuses the file that only verifies", async () => {
  const { initSync } = await copyOf("index.js");
  assert.throws(() => initSync(wasm("verify.simd")), failed);
  initSync(wasm("full.simd"));
});

test("the file is chosen by what the host can run", async (t) => {
  const { engine } = await copyOf("index.js");
  assert.match(engine.address.href, /\/wasm\/full\.simd\.wasm$/);
  t.mock.method(WebAssembly, "validate", () => false);
  assert.match(engine.address.href, /\/wasm\/full\.scalar\.wasm$/);
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
