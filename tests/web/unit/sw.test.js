// How the worker answers where a browser's storage or the network fails: neither can be made to fail on demand in a browser.
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";
import { expect } from "@playwright/test";

const SOURCE = readFileSync(new URL("../../../www/sw.js", import.meta.url), "utf8");
const SCOPE = "https://example.com/tools/";

/** The worker's answer to a request for the page, with this network and this cache. */
async function answer(network, cache) {
  const handlers = {};
  vm.runInNewContext(SOURCE, {
    URL,
    self: { registration: { scope: SCOPE }, addEventListener: (name, task) => { handlers[name] = task; } },
    caches: { open: async () => cache },
    fetch: network,
  });
  let answered;
  handlers.fetch({ request: { method: "GET", url: SCOPE }, respondWith: (promise) => { answered = promise; } });
  return answered;
}

test("a full storage takes nothing from a good answer", async () => {
  const full = { put: async () => { throw new DOMException("full", "QuotaExceededError"); }, match: async () => new Response("old") };
  const response = await answer(async () => new Response("new"), full);
  expect(await response.text()).toBe("new");
  const empty = { ...full, match: async () => undefined };
  expect(await (await answer(async () => new Response("new"), empty)).text()).toBe("new");
});

test("a good answer is kept, a bad one is not, and without a network the kept one is given", async () => {
  const kept = new Map();
  const cache = { put: async (url, response) => { kept.set(url, await response.text()); }, match: async (url) => (kept.has(url) ? new Response(kept.get(url)) : undefined) };
  expect(await (await answer(async () => new Response("new"), cache)).text()).toBe("new");
  expect((await answer(async () => new Response("broken", { status: 500 }), cache)).status).toBe(500);
  expect([...kept]).toEqual([[SCOPE, "new"]]);
  const gone = async () => { throw new TypeError("no network"); };
  expect(await (await answer(gone, cache)).text()).toBe("new");
  kept.clear();
  await expect(answer(gone, cache)).rejects.toThrow("no network");
});
