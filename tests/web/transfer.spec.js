// What a first visit costs: every byte of every body, as a server sends it that has compressed its files well.
import { expect, ready, test } from "./support/fixtures.js";
import { serve } from "./support/server.js";

// Bytes of all bodies up to the moment at which the page works offline, brotli at its best. The goal is 120,000 in all: what is
// not the .wasm keeps to its part of it, and the .wasm may only shrink (cargo xtask bench sizes measures it too).
const PAGE = 56_000;
const WASM = 99_500;

test("a first visit, with everything kept for offline use, stays within its bytes", async ({ browser }) => {
  const site = await serve("/", { quality: 11 });
  const page = await (await browser.newContext()).newPage();
  await page.goto(site.url);
  await ready(page);
  await expect(page.locator("#offline")).toHaveText("Works offline now.");
  await page.context().close();
  const bodies = site.sent.filter(({ status }) => status === 200);
  const total = bodies.reduce((sum, { bytes }) => sum + bytes, 0);
  const wasm = bodies.filter(({ path }) => path.endsWith(".wasm"));
  console.log(`first visit: ${total} bytes in ${bodies.length} bodies, ${wasm.map(({ path, bytes }) => `${path} ${bytes}`).join(", ")}`);
  expect(wasm.length).toBe(1);
  const twice = bodies.map(({ path }) => path || "index.html").filter((path, index, all) => all.indexOf(path) !== index);
  expect(twice.filter((path) => path !== "index.html")).toEqual([]);
  for (const { path, encoding } of bodies) if (!path.endsWith(".png")) expect([path, encoding]).toEqual([path, "br"]);
  expect(total - wasm[0].bytes).toBeLessThanOrEqual(PAGE);
  expect(wasm[0].bytes).toBeLessThanOrEqual(WASM);
  await site.close();
});
