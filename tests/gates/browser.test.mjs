// The page in Chromium, with its policy sent as a header.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { launch } from "./support/chromium.mjs";
import { install, npm } from "./support/example.mjs";
import { serve } from "./support/site.mjs";
import { PRODUCT, PUBLIC_KEYS, token, withTurnedBit } from "./support/tokens.mjs";

const folder = install("browser");
npm(folder, "run", "--silent", "build");
const site = join(folder, "public");
writeFileSync(
  join(site, "settings.js"),
  `export const PRODUCT_CODE = ${JSON.stringify(PRODUCT)};
   export const PUBLIC_KEYS = ${JSON.stringify(PUBLIC_KEYS)};`,
);

const browser = await launch();
after(() => browser.close());

/** Opens the page under a policy and waits until it is ready, or says why not. */
async function open(t, policy) {
  const host = await serve(site, policy);
  t.after(() => host.stop());
  const page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  t.after(() => page.close());
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      globalThis.violations.push(`${effectiveDirective} ${blockedURI}`);
    });
  });
  await page.goto(host.origin);
  const answer = page.locator("#answer");
  await answer.filter({ hasNotText: "Loading" }).waitFor();
  return { page, host, complaints, answer: () => answer.textContent() };
}

const violations = (page) => page.evaluate(() => globalThis.violations);

test("the page verifies under its policy, which nothing violates", async (t) => {
  const { page, host, complaints, answer } = await open(t);
  assert.equal(await answer(), "Ready.");
  const loaded = [...host.requests];
  assert.deepEqual(loaded.toSorted(), [
    "GET /",
    "GET /meterproof/verify.js",
    "GET /meterproof/wasm/verify.simd.wasm",
    "GET /page.js",
    "GET /settings.js",
  ]);

  const asked = async (shown, nonce) => {
    await page.fill("#token", shown);
    await page.fill("#nonce", nonce);
    await page.click("button");
    return answer();
  };
  const nonce = "0f7c0f6e-4a39-4a3c-9a52-1d8d4dd8f9b1";
  const genuine = token({ nonce });
  const { iat } = JSON.parse(Buffer.from(genuine.split(".")[1], "base64url").toString());
  const when = new Date(iat * 1000).toISOString();
  const proven = `Genuine: AWS registered a container of ${PRODUCT} at ${when}.`;
  assert.equal(await asked(genuine, nonce), proven);
  assert.equal(await asked(`  ${genuine}\n`, nonce), proven);
  assert.equal(
    await asked(token({ age: null }), ""),
    `Genuine: AWS registered a container of ${PRODUCT} at a time that is not in it.`,
  );

  for (const [code, shown, sent] of [
    ["signature_invalid", withTurnedBit(genuine), nonce],
    ["nonce_mismatch", genuine, "another"],
    ["nonce_unexpected", genuine, ""],
    ["nonce_missing", token({}), nonce],
    ["product_code_mismatch", token({ nonce, productCode: "container0000000000000002" }), nonce],
    ["token_too_long", "A".repeat(20_000), nonce],
    ["segment_count", "no token", nonce],
  ]) {
    const said = await asked(shown, sent);
    assert.ok(said.startsWith(`Not verified (${code}): `), said);
  }
  assert.equal(await asked(genuine, nonce), proven);

  // Nothing was sent, kept, or put into the address.
  assert.deepEqual(host.requests, loaded);
  assert.equal(page.url(), `${host.origin}/`);
  const kept = await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]);
  assert.deepEqual(kept, [0, 0, ""]);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(host.reports, []);
  assert.deepEqual(complaints, []);
});

const without = (part) => (policy) => {
  assert.ok(policy.includes(part));
  return policy.replace(part, "");
};

for (const [part, violation] of [
  [" 'wasm-unsafe-eval'", /^script-src wasm-eval$/],
  ["; connect-src 'self'", /^connect-src http:.*\/meterproof\/wasm\/verify\.simd\.wasm$/],
]) {
  test(`without ${part.replace("; ", "").trim()} it does not start, and says so`, async (t) => {
    const { page, host, answer } = await open(t, without(part));
    const said = await answer();
    assert.ok(said.startsWith("The verifier did not start (init_failed): "), said);
    assert.ok(said.includes("'wasm-unsafe-eval'"), said);
    assert.equal(await page.isDisabled("button"), true);
    const seen = await violations(page);
    assert.ok(seen.length > 0);
    for (const each of seen) assert.match(each, violation);
    await host.reported();
    for (const report of host.reports) {
      assert.ok(seen[0].startsWith(`${report["effective-directive"]} `), JSON.stringify(report));
    }
  });
}
