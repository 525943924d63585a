// Duplicates and conflicts as pairs; the requests as bars; what is taken away is what the plan says.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { axe, expect, test } from "./support/fixtures.js";
import { engine } from "./support/engine.js";
import { LICENSE, NOW, downloaded, paste, record, selected } from "./support/usage.js";

const TEXT = JSON.stringify([
  ...Array.from({ length: 27 }, (_, index) => record({ Dimension: `d${index}` })),
  record({ Dimension: "d0", Quantity: 9 }),
  record({ Dimension: "d1", Timestamp: "2026-11-21T08:59:59Z" }),
]);
const planned = () => engine.plan(TEXT, { now: Date.parse(NOW) });

test("a pair stands side by side, what differs is marked, and both are found in the text", async ({ open }) => {
  const page = await paste(open, TEXT);
  const pairs = page.getByRole("region", { name: "Duplicates and conflicts" });
  await expect(pairs.locator("h3")).toHaveText("Duplicates and conflicts1 conflict, 1 duplicate");
  const [conflict, duplicate] = [pairs.locator('[data-kind="quantity"]'), pairs.locator('[data-kind="repeated"]')];
  await expect(conflict.locator("thead th")).toHaveText(["Member", "Record 0", "Record 27"]);
  await expect(conflict.locator("tr.differs")).toHaveText(["Quantitydiffers59"]);
  await expect(duplicate.locator("thead th")).toHaveText(["Member", "Record 1", "Record 28"]);
  await expect(duplicate.locator("tr.differs")).toHaveText(['Timestampdiffers"2026-11-21T08:00:00Z""2026-11-21T08:59:59Z"']);
  await expect(duplicate.locator("tbody tr")).toHaveCount(5);
  await conflict.getByRole("button", { name: "Record 27" }).click();
  expect(JSON.parse(await selected(page))).toEqual({ ...LICENSE, Dimension: "d0", Timestamp: "2026-11-21T08:00:00Z", Quantity: 9 });
  expect(await axe(page)).toEqual([]);
});

test("requests are drawn against their limits, and taken away exactly as planned", async ({ open }) => {
  const page = await paste(open, TEXT, { permissions: ["clipboard-read", "clipboard-write"] });
  const { batches } = planned();
  expect(batches.map(({ records }) => records.length)).toEqual([25, 2]);
  const list = page.locator("#usage-batches .batch");
  await expect(list).toHaveCount(2);
  await expect(list.nth(0).getByRole("img")).toHaveAttribute("aria-label", "25 of 25 records, less than 1 % of 1 MB");
  await expect(list.nth(1).getByRole("img")).toHaveAttribute("aria-label", "2 of 25 records, less than 1 % of 1 MB");
  await expect(list.nth(0).locator(".cell.full")).toHaveCount(25);
  await expect(list.nth(1).locator(".cell.full")).toHaveCount(2);

  for (const [index, { body }] of batches.entries()) {
    const { name, content } = await downloaded(page, () => list.nth(index).getByRole("button", { name: "Download" }).click());
    expect([name, content.toString()]).toEqual([`batch-meter-usage-00${index + 1}.json`, body]);
  }
  await list.nth(1).getByRole("button", { name: "Copy" }).click();
  await expect(list.nth(1).getByRole("status")).toHaveText("Copied.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(batches[1].body);

  const lines = await downloaded(page, () => page.getByRole("button", { name: "Download as JSON lines" }).click());
  expect([lines.name, lines.content.toString()]).toEqual(["batch-meter-usage.jsonl", batches.map(({ body }) => `${body}\n`).join("")]);
  const archive = await downloaded(page, () => page.getByRole("button", { name: "Download all 2 (ZIP)" }).click());
  expect(archive.name).toBe("batch-meter-usage.zip");
  expect(unzipped(archive.content)).toEqual(Object.fromEntries(batches.map(({ body }, index) => [`batch-meter-usage-00${index + 1}.json`, body])));
});

/** By a reader of ZIP files that is not ours; it checks the sums, too. */
function unzipped(content) {
  const path = test.info().outputPath("archive.zip");
  writeFileSync(path, content);
  const script = "import json,sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;print(json.dumps({n:z.read(n).decode() for n in z.namelist()}))";
  return JSON.parse(execFileSync("python3", ["-c", script, path], { encoding: "utf8" }));
}
