// How long a first visit takes on a slow machine: from opening the page, nothing kept, to a verdict on a pasted token.
// The processor is slowed down four times (CDP). Prints the median of the visits; machine-dependent, so no test.
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { serve } from "../support/server.js";

const VISITS = 9;
const SLOWER = Number(process.env.SLOWER ?? 4);

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 3072 });
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const input = `${part({ alg: "PS256", typ: "JWT" })}.${part({ productCode: "container0000000000000001", publicKeyVersion: 1, nonce: "n", iat: Math.floor(Date.now() / 1000) })}`;
const signature = sign("sha256", Buffer.from(input), { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
const fields = {
  "token-key": publicKey.export({ type: "spki", format: "pem" }), "token-product": "container0000000000000001", "token-nonce": "n",
  "token-text": `${input}.${signature.toString("base64url")}`,
};

const site = await serve("/", { quality: 11 });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? ["/usr/bin/chromium"].find(existsSync), args: ["--no-sandbox", "--disable-gpu"],
});
const visits = [];
for (let visit = 0; visit <= VISITS; visit += 1) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  // Runs before the page's own scripts: fills the fields as soon as they listen, and notes when the verdict stands.
  await page.addInitScript((values) => {
    globalThis.seen = {};
    new MutationObserver(() => {
      if (!("ready" in globalThis.seen) && document.documentElement.dataset.ready) {
        globalThis.seen.ready = performance.now();
        for (const [id, value] of Object.entries(values)) {
          document.getElementById(id).value = value;
          document.getElementById(id).dispatchEvent(new InputEvent("input", { bubbles: true }));
        }
      }
      if (!("verdict" in globalThis.seen) && document.querySelector("#token-results .verdict.pass")) globalThis.seen.verdict = performance.now();
    }).observe(document, { subtree: true, childList: true, attributes: true });
  }, fields);
  await page.goto(site.url);
  await page.waitForFunction(() => globalThis.seen.verdict !== undefined);
  const { seen, paint } = await page.evaluate(() => ({ seen: globalThis.seen, paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime }));
  // The first visit also waits for the server to compress its files.
  if (visit > 0) visits.push({ paint, ...seen });
  await context.close();
}
await browser.close();
await site.close();
for (const name of ["paint", "ready", "verdict"]) {
  const sorted = visits.map((visit) => visit[name]).sort((one, other) => one - other);
  console.log(`${name}: median ${Math.round(sorted[Math.floor(sorted.length / 2)])} ms, least ${Math.round(sorted[0])} ms (processor ${SLOWER} times slower, ${VISITS} visits)`);
}
