// The entry for browsers, which has to be told when to load. It is imported by its path,
// because Node's own condition would choose the other entry.

import assert from "node:assert/strict";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { copyOf, copyOfPackage, enableRelaxedSimd, keyPair, memoryOf, wasm } from "./support.mjs";

const installedAt = new URL("./node_modules/meterproof/", import.meta.url);

/** The names in the last `export { … }` of a module: how each entry is bundled. */
const exportsOf = (text) =>
  text.match(/export \{([^}]*)\};\s*$/)[1].split(",").map((name) => name.split(" as ").at(-1).trim());

const typesOf = (name) => readFileSync(new URL(`${name}.d.ts`, installedAt), "utf8");

const declaredIn = (types, kinds) =>
  [...types.matchAll(new RegExp(`^export (?:abstract )?(?:${kinds}) (\\w+)`, "gm"))].map(([, name]) => name);

/** What index.d.ts hands on of usage.d.ts. */
const usageIn = (kind) =>
  typesOf("index").match(new RegExp(`^${kind} \\{([^}]*)\\} from "./usage.js";`, "m"))[1].match(/\w+/g);

const browser = () => import(new URL("index.js", installedAt));

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

test("init after initSync fetches nothing", async () => {
  const { init, initSync, codes } = await copyOf("index.js");
  initSync(wasm("full.scalar"));
  await init("http://127.0.0.1:9/missing.wasm");
  await init();
  assert.equal(codes().checks.length, 15);
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
  const { createVerifier, init, initSync } = await copyOf("verify.js");
  const slow = init(new Promise((resolve) => setImmediate(() => resolve(wasm("verify.simd")))));
  const memorySize = memoryOf(() => initSync(wasm("verify.scalar")));
  const { pem } = keyPair();
  const verifier = createVerifier({ productCode: "p", keys: { 1: pem }, maxTokenLength: 2 ** 20 });
  const before = memorySize();
  await slow;
  initSync(wasm("verify.simd"));
  // The instance that was first is the one that works: its memory is what grows.
  assert.throws(() => verifier.verify("a".repeat(2 ** 20), { nonce: null }), { name: "VerifyError" });
  assert.ok(memorySize() > before);
});

test("the entry for everything refuses the file that only verifies", async () => {
  const { initSync } = await copyOf("index.js");
  assert.throws(() => initSync(wasm("verify.simd")), failed);
  initSync(wasm("full.simd"));
});

test("the file is chosen by what the host can run", async (t) => {
  const addresses = [];
  t.mock.method(globalThis, "fetch", async ({ href }) => {
    addresses.push(href.slice(href.lastIndexOf("/wasm/")));
    return new Response(wasm("full.scalar"));
  });
  await (await copyOf("index.js")).init();
  t.mock.method(WebAssembly, "validate", () => false);
  await (await copyOf("index.js")).init();
  assert.deepEqual(addresses, ["/wasm/full.simd.wasm", "/wasm/full.scalar.wasm"]);
});

test("in Node the file is chosen by what the host can run, and an import says what is missing", async (t) => {
  const folder = copyOfPackage();
  let times = 0;
  const load = () => import(`${pathToFileURL(join(folder, "node/verify.js"))}?${++times}`);
  const loadWhere = async (...answers) => {
    const asked = t.mock.method(WebAssembly, "validate", () => answers.shift());
    try {
      return await load();
    } finally {
      asked.mock.restore();
      assert.deepEqual(answers, []);
    }
  };
  const { publicKey } = await loadWhere(false, false);
  assert.throws(() => publicKey(""), { code: "key_empty" });
  for (const [name, ...answers] of [["relaxed", true], ["simd", false, true], ["scalar", false, false]]) {
    rmSync(join(folder, `wasm/verify.${name}.wasm`));
    await assert.rejects(loadWhere(...answers), (error) => {
      assert.equal(error.name, "ConfigurationError");
      assert.equal(error.code, "init_failed");
      const missing = `wasm/verify.${name}.wasm could not be read: a bundler has to copy`;
      assert.ok(error.message.includes(missing), error.message);
      assert.equal(error.cause.code, "ENOENT");
      return true;
    });
  }

  const { getBuiltinModule } = process;
  process.getBuiltinModule = undefined;
  try {
    await assert.rejects(load(), { code: "init_failed", message: /use 20\.16 or newer/ });
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
});

test("the package in Node is ready after its import, and init is there all the same", async () => {
  const meterproof = await import("meterproof");
  assert.equal(meterproof.validate("[]").kind, "UsageRecords");
  await meterproof.init();
});

test("a CommonJS module can require it where Node can require ES modules", () => {
  const required = createRequire(import.meta.url)("meterproof");
  assert.equal(required.validate("[]").kind, "UsageRecords");
});

test("the entries export the same names, which are those of the types", async () => {
  const node = await import("meterproof");
  assert.deepEqual(Object.keys(node).sort(), Object.keys(await browser()).sort());
  for (const folder of ["bun", "deno", "edge-light", "workerd"]) {
    for (const [file, names] of [["index", node], ["verify", await import("meterproof/verify")]]) {
      const exported = exportsOf(readFileSync(new URL(`${folder}/${file}.js`, installedAt), "utf8"));
      assert.deepEqual(exported.sort(), Object.keys(names).sort(), `${folder}/${file}.js`);
    }
  }
  assert.deepEqual(declaredIn(typesOf("index"), "class|function").concat(usageIn("export")).sort(), Object.keys(node).sort());
});

test("the types hand on every name of usage.d.ts", () => {
  const types = typesOf("usage");
  assert.deepEqual(usageIn("export").sort(), declaredIn(types, "class|function").sort());
  assert.deepEqual(usageIn("export type").sort(), declaredIn(types, "interface|type").sort());
});

test("the package holds what it ships and nothing else", () => {
  const files = readdirSync(installedAt, { recursive: true }).map(String).sort();
  assert.deepEqual(files, [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "bun",
    "bun/index.js",
    "bun/verify.js",
    "codes.d.ts",
    "deno",
    "deno/index.js",
    "deno/verify.js",
    "edge-light",
    "edge-light/index.js",
    "edge-light/verify.js",
    "index.d.ts",
    "index.js",
    "node",
    "node/index.js",
    "node/verify.js",
    "package.json",
    "usage.d.ts",
    "verify.d.ts",
    "verify.js",
    "wasm",
    "wasm/full.relaxed.wasm",
    "wasm/full.scalar.wasm",
    "wasm/full.simd.wasm",
    "wasm/verify.relaxed.wasm",
    "wasm/verify.scalar.wasm",
    "wasm/verify.simd.wasm",
    "workerd",
    "workerd/index.js",
    "workerd/verify.js",
  ]);
  const manifest = JSON.parse(readFileSync(new URL("package.json", installedAt), "utf8"));
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.peerDependencies, undefined);
  assert.equal(manifest.optionalDependencies, undefined);
  // Each entry is one file, and takes nothing in but its WebAssembly.
  for (const file of files.filter((name) => name.endsWith(".js"))) {
    const imported = [...readFileSync(new URL(file, installedAt), "utf8").matchAll(/^(?:import|export) .*from "([^"]*)"/gm)];
    for (const [, from] of imported) assert.match(from, /^(\.\.\/wasm\/\w+\.\w+\.wasm(\?module)?|node:fs)$/);
  }
});

enableRelaxedSimd();

for (const name of ["full.relaxed", "full.simd", "full.scalar", "verify.relaxed", "verify.simd", "verify.scalar"]) {
  test(`${name} imports nothing from its host`, () => {
    assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(wasm(name))), []);
  });
}
