// Runs a suite in a page of headless Chromium. What is loaded is bundled, as a site would.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { copyOf } from "../inputs/package.mjs";
import { NOW, tokensFile } from "../inputs/tokens.mjs";
import { COMPARED_WASM, DATA, HERE, PACKAGE } from "../places.mjs";
import { nanoseconds } from "../measure/statistics.mjs";
import { VARIANTS } from "../subjects/meterproof.mjs";
import { BITS } from "../suites/subjects.mjs";
import { serve } from "./server.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** Resolves to the exit code. */
export async function runInChromium({ command: [executablePath] }, job) {
  const { chromium } = await import("playwright-core");
  const site = await serve(await content());
  try {
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    try {
      const engine = `chromium ${browser.version()}`;
      const measure = job.suite === "cold" ? cold : warm;
      await measure(browser, site.url, { ...job, engine, now: NOW });
    } finally {
      await browser.close();
    }
  } finally {
    await site.close();
  }
  return 0;
}

async function warm(browser, url, job) {
  const page = await open(browser, url, job);
  await page.evaluate((work) => globalThis.runSuite(work), job);
  await page.context().close();
}

/** Each measurement in a page of its own, in a context that has seen nothing. */
async function cold(browser, url, job) {
  const rounds = job.quick ? 3 : 15;
  for (const bits of BITS.slice(0, 2)) {
    const samples = new Map();
    for (let round = 0; round < rounds; round++) {
      progress(job, `cold ${bits}: round ${round} of ${rounds}`);
      const page = await open(browser, url, job);
      const subjects = await page.evaluate(() => globalThis.coldSubjects());
      await page.context().close();
      for (let turn = 0; turn < subjects.length; turn++) {
        const subject = subjects[(round + turn) % subjects.length];
        const fresh = await open(browser, url, job);
        const work = { ...job, bits, subject };
        const { name, time } = await fresh.evaluate((given) => globalThis.runCold(given), work);
        await fresh.context().close();
        samples.set(name, [...(samples.get(name) ?? []), time]);
      }
    }
    for (const [subject, times] of samples) {
      emit({ suite: "cold", engine: job.engine, subject, bits, ...nanoseconds(times) });
    }
  }
}

async function open(browser, url, job) {
  const page = await (await browser.newContext()).newPage();
  await page.exposeFunction("emit", emit);
  await page.exposeFunction("progress", (text) => progress(job, text));
  page.on("pageerror", (error) => process.stderr.write(`bench: ${error.message}\n`));
  await page.goto(url);
  await page.waitForFunction(() => globalThis.runSuite !== undefined);
  return page;
}

async function content() {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    // Packages are looked up from here, wherever the command was called.
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: {
      page: `${HERE}page.mjs`,
      jose: "jose",
      // Beside its folder `wasm`, where the entry looks for it.
      "package/bundle": `${PACKAGE}/verify.js`,
    },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2024",
    minify: true,
    outdir: "/",
    write: false,
    logLevel: "error",
    // What the cold suite loads later, and modules that jsrsasign and node-forge ask for in Node alone.
    external: ["/package/*", "/jose.js", "crypto", "buffer"],
  });
  const files = Object.fromEntries(
    outputFiles.map(({ path, contents }) => [path, Buffer.from(contents)]),
  );
  files["/"] = '<!doctype html><title>bench</title><script type="module" src="/page.js"></script>';
  files["/usage.json"] = readFileSync(`${DATA}usage-25.json`);
  for (const bits of BITS) files[`/tokens/${bits}.json`] = readFileSync(tokensFile(bits));
  const folders = { "/package/": PACKAGE, "/compared/": COMPARED_WASM };
  for (const variant of VARIANTS) folders[`/variant/${variant}/`] = copyOf(variant);
  return { files, folders };
}

function emit(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function progress({ engine }, text) {
  process.stderr.write(`bench: ${engine}: ${text}\n`);
}
