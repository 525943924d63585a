// How the page copes with a very large file: `node tests/web/million.mjs [--records N]`, 1,000,000 unless told otherwise.
// Prints time, memory and the longest block of the main thread; fails where a count is wrong, never for a time.
import { deepStrictEqual } from "node:assert";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import config from "./playwright.config.js";
import { findings, measure, writeRecords } from "./support/million.js";
import { serve } from "./support/server.js";

const { values } = parseArgs({ options: { records: { type: "string", default: "1000000" } } });
const records = Number(values.records);
if (!Number.isSafeInteger(records) || records < 1) throw new Error(`--records ${values.records} is no number of records`);

const site = await serve("/");
const browser = await chromium.launch(config.use.launchOptions);
const file = await writeRecords(records);
try {
  const found = await measure({ browser, url: site.url, path: file.path });
  const { codes, accepted, repeated, conflicts, rejected, cleaned, keys } = found;
  const number = (value) => new Intl.NumberFormat("en").format(value);
  console.log(`file              ${number(records)} records, ${number(Math.round(file.bytes / 1e6))} MB`);
  console.log(`time              ${found.seconds.toFixed(1)} s from the drop to the results, ${number(Math.round(records / found.seconds))} records a second`);
  console.log(`longest task      ${found.longestTask} ms on the main thread (${found.longTasks} over 50 ms); longest gap between frames ${found.longestGap} ms`);
  console.log(`answers           ${found.clicks.count} while it ran, the slowest after ${found.clicks.longest} ms`);
  if (found.memory) {
    console.log(`memory            ${found.memory.before} MB before, ${found.memory.after} MB after, ${found.memory.peak} MB at most (page and worker, resident)`);
    console.log(`cleaned file      ${found.saved.toFixed(1)} s, ${number(cleaned)} lines, ${found.memory.peakWithDownload} MB at most`);
  }
  console.log(`found             ${JSON.stringify({ accepted, repeated, conflicts, rejected, keys, ...codes })}`);
  const expected = findings(file.expected);
  deepStrictEqual({ accepted, repeated, conflicts, rejected, cleaned, keys, codes, records }, expected);
} finally {
  await browser.close();
  await site.close();
  await file.remove();
}
