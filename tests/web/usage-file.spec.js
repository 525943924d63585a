// A file of JSON lines: dropped or opened, judged in a worker, its findings shown, what is left of it taken away.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { axe, expect, test } from "./support/fixtures.js";
import { drop, findings, measure, writeRecords } from "./support/million.js";
import { NOW, downloaded, openFile, record } from "./support/usage.js";

const part = (page) => page.locator("#usage-file");
const finding = (page, code) => part(page).locator(`.finding[data-code="${code}"]`);

const LINES = [
  record(), record({ Quantity: -1, Dimension: "b" }), record(), "", record({ Quantity: 6 }), '{"broken":', record({ Dimension: "c", Timestamp: "2026-11-20T11:00:00Z" }),
  { UsageRecords: [record({ Dimension: "d" }), record({ Dimension: "e" })] },
];

test("counts, places, pairs and hours of a file, and a line of it in the text", async ({ open }) => {
  const page = await open();
  await openFile(page, LINES);
  await expect(part(page).locator(".verdict h3")).toHaveText("Rejected: 3 errors in 8 records in 8 lines");
  await expect(part(page).locator(".verdict p").first()).toHaveText(/^records\.jsonl: 1\.\d kB, 8 lines, 1 of them empty\. Read as 6 usage records, 1 request body\.$/);
  await expect(part(page).locator(".facts dd")).toHaveText(["4", "1", "1", "2", "4"]);
  await expect(part(page).locator(".finding summary")).toHaveText([
    /^Errorquantity_negative1first in line 2$/, /^Errorconflicting_records1first in line 5$/, /^Errorjson_unexpected_end1first in line 6$/, /^Warningrepeated_record1first in line 3$/,
  ]);
  await finding(page, "conflicting_records").locator("summary").click();
  await expect(finding(page, "conflicting_records").locator("thead th")).toHaveText(["Member", "Line 1", "Line 5"]);
  await expect(finding(page, "conflicting_records").locator("tr.differs")).toHaveText(["Quantitydiffers56"]);
  await finding(page, "quantity_negative").locator("summary").click();
  const column = JSON.stringify(LINES[1]).lastIndexOf("-1") + 1;
  await expect(finding(page, "quantity_negative").locator(".place")).toHaveText(`Line 2, column ${column}`);
  await expect(finding(page, "quantity_negative").locator(".violation-head .hint")).toHaveText(`byte ${JSON.stringify(LINES[0]).length + column}`);
  await expect(finding(page, "quantity_negative").locator("mark")).toHaveText("-1");

  const drawing = part(page).getByRole("region", { name: "Records by hour" });
  await expect(drawing.locator("svg.histogram")).toHaveAttribute("aria-label", /^7 records in 2 hours, from 2026-11-20 11:00:00 UTC to 2026-11-21 09:00:00 UTC\. /);
  await drawing.getByText("The same as a table").click();
  await expect(drawing.locator("tbody tr")).toHaveText(["2026-11-20 11:00:00 UTC1000", "2026-11-21 08:00:00 UTC3111"]);
  await drawing.locator("[data-mark]").first().focus();
  await expect(drawing.locator(".readout")).toHaveText("2026-11-20 11:00:00 UTC to 2026-11-20 12:00:00 UTC: 1 record; 1 accepted.");
  await page.keyboard.press("ArrowRight");
  await expect(drawing.locator(".readout")).toHaveText("2026-11-21 08:00:00 UTC to 2026-11-21 09:00:00 UTC: 6 records; 3 accepted, 1 equal to an earlier one, 1 conflict with an earlier one, 1 rejected.");
  await page.keyboard.press("+");
  await expect(drawing.locator(".steering span").last()).toHaveText(/^shown: /);

  await expect(page.locator("#usage-text")).toBeHidden();
  await finding(page, "quantity_negative").locator(".place").click();
  await expect(page.locator("#usage-text")).toHaveValue(JSON.stringify(LINES[1]));
  await expect(page.locator("#usage-text")).toBeFocused();
  await expect(page.locator("#usage-results .verdict h3")).toHaveText("Rejected: 1 error");
  await part(page).getByRole("button", { name: "Close the file" }).click();
  await expect(part(page)).toBeHidden();
});

test("the cleaned file and the report are taken away", async ({ open }) => {
  const page = await open();
  await openFile(page, LINES);
  const cleaned = await downloaded(page, () => part(page).getByRole("button", { name: "Download the cleaned file" }).click());
  expect(cleaned.name).toBe("records.cleaned.jsonl");
  expect(cleaned.content.toString()).toBe([LINES[0], LINES[6], LINES[7]].map((line) => `${JSON.stringify(line)}\n`).join(""));
  const report = await downloaded(page, () => part(page).getByRole("button", { name: "Download the report" }).click());
  expect(report.name).toBe("records.violations.jsonl");
  expect(report.content.toString().trimEnd().split("\n").map((line) => JSON.parse(line)).map(({ line, severity, code, firstLine }) => [line, severity, code, firstLine])).toEqual([
    [2, "error", "quantity_negative", undefined], [3, "warning", "repeated_record", 1], [5, "error", "conflicting_records", 1], [6, "error", "json_unexpected_end", undefined],
  ]);
});

test("a download that fails keeps what was found, and can be asked for again", async ({ open }) => {
  const page = await open({ hash: "#usage" });
  await page.locator("#usage-now").fill(NOW);
  const folder = mkdtempSync(join(tmpdir(), "meterproof-changed-"));
  try {
    const path = join(folder, "changed.jsonl");
    const text = `${JSON.stringify(record())}\n${JSON.stringify(record({ Dimension: "b" }))}\n`;
    writeFileSync(path, text);
    await page.locator("#open-file").setInputFiles(path);
    await expect(part(page).locator(".verdict h3")).toHaveText("Accepted: 2 records in 2 lines");
    // A browser reads no file that was changed since it was chosen.
    writeFileSync(path, text.repeat(2));
    for (const name of ["Download the cleaned file", "Download the report"]) {
      await page.locator("#status").evaluate((status) => { status.textContent = ""; });
      await part(page).getByRole("button", { name }).click();
      await expect(page.locator("#status")).toHaveText("The file was not written: The browser cannot read the file any more: it was changed or moved. Choose it again.");
      await expect(part(page).locator(".not-written")).toHaveText("The file was not written: The browser cannot read the file any more: it was changed or moved. Choose it again.");
      await expect(part(page).locator("progress")).toHaveCount(0);
      await expect(part(page).locator(".verdict h3")).toHaveText("Accepted: 2 records in 2 lines");
    }
    await page.locator("#open-file").setInputFiles(path);
    await expect(part(page).locator(".verdict h3")).toHaveText("Accepted, with 2 warnings: 4 records in 4 lines");
    const cleaned = await downloaded(page, () => part(page).getByRole("button", { name: "Download the cleaned file" }).click());
    expect(cleaned.content.toString()).toBe(text);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("judged again or closed while a download is written, the next file can be taken away", async ({ open }) => {
  const page = await open();
  await openFile(page, LINES);
  for (const end of ["Judge it again", "Close the file"]) {
    // Both clicks come before the thread answers.
    await page.evaluate((name) => {
      const buttons = [...document.querySelectorAll("#usage-file button")];
      buttons.find(({ textContent }) => textContent === "Download the report").click();
      buttons.find(({ textContent }) => textContent === name).click();
    }, end);
    if (end === "Close the file") await openFile(page, LINES);
    await expect(part(page).locator(".verdict h3")).toHaveText("Rejected: 3 errors in 8 records in 8 lines");
    const cleaned = await downloaded(page, () => part(page).getByRole("button", { name: "Download the cleaned file" }).click());
    expect(cleaned.name).toBe("records.cleaned.jsonl");
  }
});

test("a message that is left out as a whole is said beside the downloads", async ({ open }) => {
  const page = await open();
  const message = { messageId: "m", body: JSON.stringify({ UsageRecords: [record(), record({ Dimension: "b" })] }) };
  await openFile(page, [record(), message]);
  await expect(part(page).locator(".notice")).toHaveText("1 line with several records is left out as a whole: the record that came before cannot be cut out of it. The report names it; add what else it holds yourself.");
  const cleaned = await downloaded(page, () => part(page).getByRole("button", { name: "Download the cleaned file" }).click());
  expect(cleaned.content.toString()).toBe(`${JSON.stringify(record())}\n`);
});

test("a file dropped on the token view is judged in the usage view", async ({ open }) => {
  const page = await open();
  const folder = mkdtempSync(join(tmpdir(), "meterproof-drop-"));
  try {
    const path = join(folder, "dropped.jsonl");
    writeFileSync(path, `${JSON.stringify(record({ Timestamp: 1 }))}\n${JSON.stringify(record({ Dimension: "b", Timestamp: 1 }))}\n`);
    await drop(page.context(), page, path);
    await expect(part(page).locator(".verdict h3")).toHaveText("Rejected: 2 errors in 2 records in 2 lines");
    await expect(page.getByRole("link", { name: "Usage" })).toHaveAttribute("aria-current", "page");
    await expect(part(page)).toContainText("Most records are too old for the moment that is judged by.");
    await page.locator("#usage-now").fill("1970-01-01T02:00:00Z");
    await part(page).getByRole("button", { name: "Judge it again" }).click();
    await expect(part(page).locator(".verdict h3")).toHaveText("Accepted: 2 records in 2 lines");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("JSON lines in the text area are offered to be judged line by line", async ({ open }) => {
  const page = await open({ hash: "#usage" });
  await page.locator("#usage-now").fill(NOW);
  await page.locator("#usage-text").fill(`${JSON.stringify(record())}\n${JSON.stringify(record({ Dimension: "b" }))}`);
  await page.getByRole("button", { name: "Judge line by line" }).click();
  await expect(part(page).locator(".verdict h3")).toHaveText("Accepted: 2 records in 2 lines");
});

test("wrong settings are said before the file is read", async ({ open }) => {
  const page = await open({ hash: "#usage" });
  await page.locator("#usage-dimensions").evaluate((field) => { field.value = "x".repeat(300); });
  await openFile(page, [record(), record({ Dimension: "b" })]);
  await expect(part(page).locator(".verdict")).toContainText("The file was not judged");
  await expect(part(page).getByRole("button", { name: "Judge it again" })).toBeVisible();
});

test("a large file: exact counts, a page that answers, and a cancel that keeps what was found", async ({ browser, site, open }) => {
  const file = await writeRecords(20_000);
  try {
    const found = await measure({ browser, url: site.url, path: file.path });
    const { codes, accepted, repeated, conflicts, rejected, cleaned, keys } = found;
    expect({ accepted, repeated, conflicts, rejected, cleaned, keys, codes, records: 20_000 }).toEqual(findings(file.expected));

    const page = await open({ hash: "#usage" });
    await page.locator("#usage-now").fill(NOW);
    // The thread hears of the cancel while it waits for the next part of the file.
    await page.evaluate(() => {
      const started = new MutationObserver(() => {
        const button = document.querySelector("#usage-file .cancel");
        if (button) {
          started.disconnect();
          button.click();
        }
      });
      started.observe(document.body, { childList: true, subtree: true });
    });
    await page.locator("#open-file").setInputFiles(file.path);
    await expect(part(page).locator(".verdict h3")).toHaveText(/^Cancelled after [\d,]+ lines?$/);
    const lines = Number(/after ([\d,]+)/.exec(await part(page).locator(".verdict h3").textContent())[1].replaceAll(",", ""));
    expect(lines).toBeLessThan(20_000);
    await expect(part(page).getByRole("button", { name: "Download the cleaned file" })).toHaveCount(0);
    await expect(part(page).getByRole("button", { name: "Judge it again" })).toBeVisible();
  } finally {
    await file.remove();
  }
});

for (const look of [{ colorScheme: "light" }, { colorScheme: "dark", viewport: { width: 320, height: 700 } }, { forcedColors: "active" }]) {
  test(`a file's results: axe finds nothing, ${look.colorScheme ?? "forced colours"}`, async ({ open }) => {
    const page = await open({ ...look, reducedMotion: "reduce" });
    await openFile(page, LINES);
    for (const summary of await part(page).locator("summary").all()) await summary.click();
    await expect(part(page).locator(".finding .places")).toHaveCount(4);
    await part(page).locator("[data-mark]").first().focus();
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
}
