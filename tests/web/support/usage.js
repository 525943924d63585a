// What the specs of the usage view share.
import { expect } from "./fixtures.js";

export const LICENSE = { CustomerAWSAccountId: "444455556666", LicenseArn: "arn:aws:license-manager::444455556666:license:l-00000000000000000000000000000001" };
export const NOW = "2026-11-21T10:00:00Z";
export const record = (changes = {}) => ({ ...LICENSE, Dimension: "users", Timestamp: "2026-11-21T08:00:00Z", Quantity: 5, ...changes });
export const body = (...records) => JSON.stringify({ UsageRecords: records }, null, 2);

/** Opens the view, judges a text as of `now`, and waits for the verdict. */
export async function paste(open, text, { now = NOW, rules, dimensions, product, ...options } = {}) {
  const page = await open({ hash: "#usage", ...options });
  await page.locator("#usage-now").fill(now);
  if (rules) await page.locator("#usage-rules").selectOption(rules);
  if (dimensions) await page.locator("#usage-dimensions").fill(dimensions);
  if (product) await page.locator("#usage-product").fill(product);
  await page.locator("#usage-text").fill(text);
  await expect(title(page)).toBeVisible();
  return page;
}

export const title = (page) => page.locator("#usage-results .verdict h3");
export const violation = (page, code) => page.locator(`#usage-results [data-code="${code}"]`);
export const selected = (page) => page.locator("#usage-text").evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));

/** A file of JSON lines, opened as a person opens one. */
export async function openFile(page, lines, { now = NOW, name = "records.jsonl" } = {}) {
  await page.getByRole("link", { name: "Usage" }).click();
  await page.locator("#usage-now").fill(now);
  const buffer = Buffer.from(lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
  await page.locator("#open-file").setInputFiles({ name, mimeType: "application/x-ndjson", buffer });
  await expect(page.locator("#usage-file .verdict h3")).toBeVisible();
}

/** The text of a download that a click begins, and its name. */
export async function downloaded(page, click) {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return { name: download.suggestedFilename(), content: Buffer.concat(chunks) };
}
