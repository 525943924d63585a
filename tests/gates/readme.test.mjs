// The README's code for engines other than Node.js, as it stands, each piece on its engine.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { build } from "esbuild";

import { launch } from "./support/chromium.mjs";
import { emptyFolder, engine, here, installPackage } from "./support/example.mjs";
import { startServer } from "./support/process.mjs";
import { serve } from "./support/site.mjs";
import { PRODUCT, PUBLIC_KEYS, token, withTurnedBit } from "./support/tokens.mjs";
import { startWorker } from "./support/workerd.mjs";

const folder = emptyFolder("readme");
const settings = { PRODUCT_CODE: PRODUCT, PUBLIC_KEY: PUBLIC_KEYS[1] };
let readme;

before(() => {
  installPackage(folder);
  readme = readFileSync(join(folder, "node_modules/meterproof/README.md"), "utf8");
  const files = [...readme.matchAll(/```javascript\n\/\/ (\S+)\n([\s\S]*?)```/g)];
  assert.deepEqual(files.map(([, name]) => name).sort(), ["gate.js", "middleware.js", "server.js", "worker.js"]);
  for (const [, name, code] of files) writeFileSync(join(folder, name), code);
});

/** Shows a gate what it must let through and what not. */
async function tryOut({ origin }, assertPassed) {
  const nonce = "0f7c0f6e-4a39-4a3c-9a52-1d8d4dd8f9b1";
  const genuine = token({ nonce });
  const show = (shown, sent = nonce) =>
    fetch(origin, { headers: { authorization: `Bearer ${shown}`, "registration-nonce": sent } });
  await assertPassed(await show(genuine));
  for (const [code, response] of [
    ["signature_invalid", await show(withTurnedBit(genuine))],
    ["nonce_mismatch", await show(genuine, "2ead20e4-3e6d-42cd-8f56-24f02d1cc4e1")],
    ["nonce_missing", await show(token({}))],
    ["nonce_unknown", await show(genuine, "another")],
    ["nonce_unknown", await fetch(origin)],
  ]) {
    assert.equal(response.status, 401);
    assert.deepEqual(await response.json(), { code });
  }
}

async function assertNull(response) {
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { code: null });
}

test("Cloudflare Workers", async (t) => {
  await build({
    entryPoints: [join(folder, "worker.js")],
    outdir: join(folder, "dist"),
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["cloudflare:*"],
    loader: { ".wasm": "copy" },
  });
  const worker = await startWorker(join(folder, "dist"), "worker.js", {
    compatibilityDate: "2026-04-01",
    bindings: settings,
  });
  t.after(() => worker.stop());
  await tryOut(worker, assertNull);
});

/** The command that the README gives, after the installation. */
function command(program) {
  const [, words] = new RegExp(`^${program} add .* && ${program} (.*)$`, "m").exec(readme);
  return words.split(" ");
}

test("Deno", async (t) => {
  const environment = { ...settings, DENO_DIR: join(folder, ".deno"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  const [serveCommand, ...words] = command("deno");
  const onAnyPort = [serveCommand, "--port", "0", ...words];
  const server = await startServer(engine("deno"), onAnyPort, { cwd: folder, environment });
  t.after(() => server.stop());
  await tryOut(server, assertNull);
});

test("Bun", async (t) => {
  const environment = { ...settings, BUN_PORT: "0", NO_COLOR: "1" };
  const server = await startServer(engine("bun"), command("bun"), { cwd: folder, environment });
  t.after(() => server.stop());
  await tryOut(server, assertNull);
});

test("edge functions", async (t) => {
  const words = [join(here, "hosts/edge.mjs"), join(folder, "middleware.js")];
  const server = await startServer(process.execPath, words, { cwd: folder, environment: settings });
  t.after(() => server.stop());
  await tryOut(server, async (response) => {
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("x-middleware-next"), "1");
  });
});

test("browsers", async (t) => {
  const [, html] = /```html\n([\s\S]*?)```/.exec(readme);
  const [, policy] = /```text\n(.*)\n```/.exec(readme);
  // The policy allows no inline script: the same code in a file, and once as it stands without.
  const [, code] = /<script type="module">([\s\S]*)<\/script>/.exec(html);
  writeFileSync(join(folder, "page.js"), code);
  writeFileSync(join(folder, "strict.html"), '<script type="module" src="/page.js"></script>');
  writeFileSync(join(folder, "index.html"), html);
  writeFileSync(join(folder, "_headers"), `/*\n  Content-Security-Policy: ${policy}\n`);

  const browser = await launch();
  t.after(() => browser.close());
  for (const [path, sent] of [
    ["/", "default-src *; script-src 'unsafe-inline' 'wasm-unsafe-eval' *"],
    ["/strict.html", policy],
  ]) {
    const host = await serve(folder, () => sent);
    t.after(() => host.stop());
    const page = await browser.newPage();
    // Not what the browser says of an icon that is not there.
    const said = page.waitForEvent("console", (message) => message.type() === "log");
    await page.goto(host.origin + path);
    assert.equal((await said).text(), "accepted");
    assert.deepEqual(host.reports, []);
  }
});
