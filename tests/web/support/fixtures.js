import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test as base } from "@playwright/test";
import { serve } from "./server.js";

export { expect };

/**
 * `open(options)` opens the page in a context of its own and waits until it is ready. At the end of every test:
 * no request went anywhere but to the page's own folder, none had a query, and the browser reported no error.
 */
export const test = base.extend({
  site: [async ({}, use) => {
    const site = await serve("/");
    await use(site);
    await site.close();
  }, { scope: "worker" }],

  open: async ({ browser, site }, use) => {
    const contexts = [];
    const requests = [];
    const complaints = [];
    await use(async ({ url = site.url, hash = "", ...options } = {}) => {
      const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
      contexts.push(context);
      context.on("request", (request) => requests.push({ url: request.url(), home: url }));
      const page = await context.newPage();
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(url + hash);
      await ready(page);
      return page;
    });
    for (const context of contexts) await context.close();
    for (const request of requests) {
      expect(request.url.startsWith(request.home), `request to ${request.url}`).toBe(true);
      expect(new URL(request.url).search, `query of ${request.url}`).toBe("");
    }
    expect(complaints).toEqual([]);
  },
});

/** The checks are loaded and the fields listen. */
export const ready = (page) => page.waitForSelector("html[data-ready]", { state: "attached" });

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong, one line each; its best practices included. */
export async function axe(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { preload: false, resultTypes: ["violations"] });
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
  });
}

/** Loads a sample of the token view and waits for its verdict. */
export async function tokenSample(page, kind) {
  await page.locator(`#token-sample-${kind}`).click();
  await expect(page.locator("#token-results .verdict h3")).toHaveText(kind === "good" ? /^Verified$/ : /^Refused: /);
}

/** Loads a sample of the usage view and waits for its verdict. */
export async function usageSample(page, kind) {
  await page.locator(`#usage-sample-${kind}`).click();
  await expect(page.locator("#usage-results .verdict h3")).toHaveText(kind === "good" ? /^Accepted$/ : /^Rejected: /);
}

/** Status by check name, as the page shows them. */
export const shownChecks = (page) => page.locator("#token-results .check").evaluateAll((items) =>
  Object.fromEntries(items.map((item) => [item.dataset.check, item.querySelector(".state").textContent])));
