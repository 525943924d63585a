// A link carries how to judge, never what is judged.
import { expect, test, tokenSample } from "./support/fixtures.js";

test("the link holds the settings alone, and brings them to another page", async ({ open, site }) => {
  const page = await open();
  await tokenSample(page, "good");
  await page.locator("#token-leeway").fill("5");
  await page.locator("#token-now").fill("2026-12-01T05:59:00Z");
  await page.locator("#token-add-key").click();
  await page.locator("#token-version-2").fill("7");
  await page.locator("#share-button").click();
  const link = await page.locator("#share-link").inputValue();
  expect(link).toBe(`${site.url}#token?product=samplecontainer0000000001&versions=1%2C7&leeway=5&asOf=2026-12-01T05%3A59%3A00Z`);
  await expect(page.locator("#share p")).toHaveText("Holds product code, key versions, leeway, moment to judge by; no token, nonce, key or record.");
  expect(page.url()).toBe(site.url);

  const secrets = [];
  for (const id of ["token-text", "token-key", "token-nonce"]) secrets.push(await page.locator(`#${id}`).inputValue());
  const words = secrets.flatMap((text) => text.match(/[\w-]{16,}/g));
  expect(words.length).toBeGreaterThan(5);
  for (const word of words) expect(link).not.toContain(word);

  const other = await open({ url: site.url, hash: new URL(link).hash });
  for (const [id, value] of [["product", "samplecontainer0000000001"], ["version", "1"], ["version-2", "7"], ["leeway", "5"], ["now", "2026-12-01T05:59:00Z"], ["text", ""], ["key", ""], ["nonce", ""]]) {
    await expect(other.locator(`#token-${id}`)).toHaveValue(value);
  }
});

test("a link of settings that have changed since goes away", async ({ open, site }) => {
  const page = await open({ hash: "#token?leeway=5" });
  await page.locator("#share-button").click();
  await expect(page.locator("#share-link")).toHaveValue(`${site.url}#token?leeway=5`);
  await page.locator("#token-leeway").fill("6");
  await expect(page.locator("#share")).toBeEmpty();
  await expect(page.locator("#token-leeway")).toBeFocused();
  await expect(page.locator("#share-button")).toHaveAttribute("aria-expanded", "false");
  await page.locator("#share-button").click();
  await expect(page.locator("#share-link")).toHaveValue(`${site.url}#token?leeway=6`);
});

test("what stands in the page's query never reaches the link", async ({ open, site }) => {
  const page = await open();
  await page.evaluate(() => history.replaceState(null, "", "?token=a.b.c"));
  await page.locator("#share-button").click();
  await expect(page.locator("#share-link")).toHaveValue(`${site.url}#token`);
});

test("a token in the wrong field never reaches the link", async ({ open, site }) => {
  const page = await open();
  await tokenSample(page, "good");
  const token = JSON.parse(await page.locator("#token-text").inputValue()).Signature;
  for (const id of ["product", "leeway", "now", "version"]) await page.locator(`#token-${id}`).fill(token);
  await page.locator("#share-button").click();
  await expect(page.locator("#share-link")).toHaveValue(`${site.url}#token`);
  await expect(page.locator("#share p")).toHaveText("Holds nothing but the view; no token, nonce, key or record.");
});

test("copying says so, and closing gives the focus back", async ({ open, site }) => {
  const page = await open();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator("#share-button").press("Enter");
  await expect(page.locator("#share-link")).toBeFocused();
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(page.locator("#share .said")).toHaveText("Copied.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${site.url}#token`);
  await page.locator("#share").getByRole("button", { name: "Close" }).click();
  await expect(page.locator("#share-button")).toBeFocused();
  await expect(page.locator("#share-button")).toHaveAttribute("aria-expanded", "false");
});

test("settings of a hostile link are left out, and a link opened later is taken over", async ({ open }) => {
  const page = await open({ hash: "#token?product=%3Cimg%20src%3Dx%3E&versions=0&leeway=-1&asOf=now&nonce=stolen&token=a.b.c&__proto__=x" });
  for (const [id, value] of [["product", ""], ["version", "1"], ["leeway", ""], ["now", ""], ["nonce", ""], ["text", ""]]) await expect(page.locator(`#token-${id}`)).toHaveValue(value);
  await page.evaluate(() => { location.hash = "#token?product=container0000000000000001"; });
  await expect(page.locator("#token-product")).toHaveValue("container0000000000000001");
});
