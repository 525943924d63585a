// Nothing that is pasted is sent or stored; the page's own files are, and they are enough.
import { expect, ready, test, tokenSample, usageSample } from "./support/fixtures.js";
import { serve } from "./support/server.js";

const MARKER = "marker-4f1e9c7a-not-to-be-kept";

test("nothing pasted, typed or loaded as a sample causes a request", async ({ open }) => {
  const page = await open();
  await expect(page.locator("#offline")).toHaveText("Works offline now.");
  const later = [];
  // The browser fetches the tab's icon when it likes; it is a file of the page and says nothing.
  page.context().on("request", (request) => {
    if (!request.url().endsWith("/icon.svg")) later.push(request.url());
  });
  await tokenSample(page, "good");
  await tokenSample(page, "bad");
  await page.locator("#token-nonce").fill(MARKER);
  await page.getByRole("link", { name: "Usage" }).click();
  await usageSample(page, "bad");
  await page.locator("#usage-text").fill(`{"UsageRecords": "${MARKER}"}`);
  await expect(page.locator("#usage-results .verdict")).toContainText("Rejected");
  expect(later).toEqual([]);
});

test("a file that is judged causes requests for the page's own files alone, and they carry nothing", async ({ open, site }) => {
  const page = await open();
  await expect(page.locator("#offline")).toHaveText("Works offline now.");
  const later = [];
  page.context().on("request", (request) => later.push(request));
  await page.locator("#open-file").setInputFiles({ name: `${MARKER}.jsonl`, mimeType: "application/x-ndjson", buffer: Buffer.from(`{"Dimension":"${MARKER}"}\n`.repeat(2)) });
  await expect(page.locator("#recognised p").first()).toHaveText(/It is read in this browser, part by part\.$/);
  await expect(page.locator("#usage-file .verdict")).toContainText("Rejected");
  expect(later.length).toBeGreaterThan(0);
  for (const request of later) {
    expect([request.method(), request.postData()]).toEqual(["GET", null]);
    expect(request.url()).toMatch(new RegExp(`^${site.url}(js/|meterproof/|icon\\.svg$)`));
    expect(JSON.stringify([request.url(), await request.allHeaders()])).not.toContain(MARKER);
  }
});

test("a private key is put into no field", async ({ open }) => {
  const page = await open();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(() => navigator.clipboard.writeText("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"));
  for (const id of ["token-key", "token-text", "token-nonce"]) {
    await page.locator(`#${id}`).focus();
    await page.keyboard.press("Control+V");
    await expect(page.locator("#recognised p").first()).toHaveText(/^This is a private key\. Paste it nowhere/);
    await expect(page.locator(`#${id}`)).toHaveValue("");
    await page.getByRole("button", { name: "Close this note" }).click();
  }
});

test("nothing is stored but the page's own files", async ({ open, site }) => {
  const page = await open();
  await expect(page.locator("#offline")).toHaveText("Works offline now.");
  await page.locator("#token-text").fill(MARKER);
  await page.locator("#token-product").fill(MARKER);
  await expect(page.locator("#token-results .verdict")).toContainText("Refused");
  await page.getByRole("link", { name: "Usage" }).click();
  await page.locator("#usage-text").fill(`["${MARKER}"]`);
  await expect(page.locator("#usage-results .verdict")).toContainText("Rejected");

  const kept = await page.evaluate(async (marker) => {
    const files = [];
    let found = false;
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        files.push(request.url);
        found ||= (await (await cache.match(request)).text()).includes(marker);
      }
    }
    return {
      files, found,
      local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
      databases: (await indexedDB.databases()).length, caches: await caches.keys(), address: location.href, state: history.state,
    };
  }, MARKER);
  expect(kept).toMatchObject({
    found: false, local: 0, session: 0, cookie: "", databases: 0, caches: ["meterproof-page"], address: `${site.url}#usage`, state: null,
  });
  // Exactly the list that the worker holds, and of the package the files that this browser loaded.
  const worker = await (await page.request.get(`${site.url}sw.js`)).text();
  const [, written] = /\bFILES\s*=\s*\[([^\]]*)\]/.exec(worker);
  const list = [...written.matchAll(/"([^"]+)"/g)].map(([, file]) => new URL(file, site.url).href);
  expect(list.length).toBeGreaterThan(5);
  const ofPackage = (url) => url.startsWith(`${site.url}meterproof/`);
  expect(kept.files.filter((url) => !ofPackage(url)).sort()).toEqual(list.sort());
  expect(kept.files.filter((url) => ofPackage(url) && url.endsWith(".wasm")).length).toBe(1);
  expect(kept.files.filter((url) => ofPackage(url) && url.endsWith(".js")).length).toBeGreaterThan(0);
  expect(await page.context().cookies()).toEqual([]);
});

test("works without a network, below a path of its own, with the server gone", async ({ open }) => {
  const server = await serve("/tools/meterproof/");
  const page = await open({ url: server.url });
  await expect(page.locator("#offline")).toHaveText("Works offline now.");
  await server.close();
  await page.reload();
  await ready(page);
  await tokenSample(page, "good");
  await page.getByRole("link", { name: "Usage" }).click();
  await usageSample(page, "bad");
});

test("a page that was kept from a live server starts without that server", async ({ browser, site }) => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  await page.route(site.url, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace("<html", "<html data-live") });
  });
  let asked = 0;
  await page.route("**/js/live/**", (route) => {
    asked += 1;
    return route.abort();
  });
  await page.goto(`${site.url}#live`);
  await ready(page);
  expect(asked).toBeGreaterThan(0);
  await expect(page.getByRole("link", { name: "Live" })).toBeHidden();
  await tokenSample(page, "good");
  await context.close();
});

test("a reload forgets what was pasted", async ({ open }) => {
  const page = await open();
  await page.locator("#token-text").fill(MARKER);
  await page.locator("#token-product").fill(MARKER);
  await expect(page.locator("#token-results .verdict")).toBeVisible();
  await page.reload();
  await ready(page);
  await expect(page.locator("#token-text")).toHaveValue("");
  await expect(page.locator("#token-product")).toHaveValue("");
});

test("the policy is as strict as it can be, in the page and in the header", async ({ request, site }) => {
  const answer = await request.get(site.url);
  const policy = [
    "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:",
    "manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'",
    "trusted-types meterproof",
  ].join("; ");
  expect(answer.headers()["content-security-policy"]).toBe(`${policy}; frame-ancestors 'none'`);
  const html = await answer.text();
  expect(html).toContain(`content="${policy}"`);
  expect(html).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=|\sstyle=/);
});

test("the policy stops scripts, styles and connections from elsewhere", async ({ site, browser }) => {
  const page = await browser.newPage();
  await page.goto(site.url);
  await ready(page);
  const blocked = await page.evaluate(async () => {
    const seen = [];
    // They come in tasks of their own, whatever else has happened by then.
    const all = new Promise((resolve) => {
      document.addEventListener("securitypolicyviolation", (event) => {
        seen.push(event.effectiveDirective);
        if (["style-src-elem", "connect-src", "img-src"].every((directive) => seen.includes(directive))) resolve();
      });
    });
    const script = document.createElement("script");
    try {
      script.textContent = "window.ran = true";
      document.head.append(script);
    } catch (error) {
      seen.push(error.name);
    }
    const style = document.createElement("style");
    style.textContent = "body { display: none }";
    document.head.append(style);
    await fetch("http://127.0.0.1:9/").catch(() => {});
    const image = new Image();
    await new Promise((resolve) => {
      image.onerror = resolve;
      image.src = "http://127.0.0.1:9/x.png";
    });
    await all;
    return { seen, ran: window.ran === true, shown: getComputedStyle(document.body).display };
  });
  expect(blocked.ran).toBe(false);
  expect(blocked.shown).not.toBe("none");
  expect(blocked.seen).toEqual(expect.arrayContaining(["style-src-elem", "connect-src", "img-src"]));
  await page.close();
});
