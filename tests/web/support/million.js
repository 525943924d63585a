// A large file of usage records, judged by the page while the main thread and the memory are watched.
import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const NOW = "2026-11-21T10:00:00Z";
const HOUR = 3600;
// 20 closed hours before the moment that is judged by.
const NEWEST = Date.parse("2026-11-21T08:00:00Z") / 1000;
const CHUNK = 5000;

/**
 * Writes a file of so many records and answers its path, its bytes and what is to be found in it. Of every 1000 lines one
 * has a negative quantity, one repeats the line before it, one contradicts the line before it, and one is cut off.
 */
export async function writeRecords(records) {
  const folder = await mkdtemp(join(tmpdir(), "meterproof-million-"));
  const path = join(folder, "records.jsonl");
  const out = createWriteStream(path);
  const expected = { records, accepted: 0, repeated: 0, conflicts: 0, negative: 0, cut: 0 };
  for (let from = 0; from < records; from += CHUNK) {
    let text = "";
    for (let index = from; index < Math.min(from + CHUNK, records); index += 1) text += `${line(index, expected)}\n`;
    if (!out.write(text)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
  return { path, bytes: (await stat(path)).size, expected, remove: () => rm(folder, { recursive: true, force: true }) };
}

function line(index, expected) {
  const at = index % 1000;
  if (at === 501) expected.repeated += 1;
  else if (at === 601) expected.conflicts += 1;
  else if (at === 701) expected.negative += 1;
  else if (at === 801) expected.cut += 1;
  else expected.accepted += 1;
  const own = at === 501 || at === 601 ? index - 1 : index;
  const text = JSON.stringify({
    CustomerAWSAccountId: String(100_000_000_000 + (own % 50_000)),
    LicenseArn: `arn:aws:license-manager::294406891311:license:l-${own.toString(16).padStart(32, "0")}`,
    Dimension: ["users", "gigabytes", "requests"][own % 3],
    Timestamp: NEWEST - (own % 20) * HOUR,
    Quantity: at === 701 ? -1 : (own % 1000) + (at === 601 ? 1 : 0),
  });
  return at === 801 ? text.slice(0, -2) : text;
}

/** What the page says of the main thread: tasks longer than 50 ms, and gaps between frames. */
const WATCH = () => {
  globalThis.watched = { longTasks: [], longestGap: 0, frames: 0 };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) globalThis.watched.longTasks.push([Math.round(startTime), Math.round(duration)]);
  }).observe({ type: "longtask" });
  let last = performance.now();
  const frame = (now) => {
    globalThis.watched.longestGap = Math.max(globalThis.watched.longestGap, now - last);
    globalThis.watched.frames += 1;
    last = now;
    requestAnimationFrame(frame);
  };
  globalThis.startWatching = () => {
    globalThis.watched.longTasks = [];
    last = performance.now();
    globalThis.watched.longestGap = 0;
    requestAnimationFrame(frame);
  };
};

/** Drops the file on the page, waits for the result, takes the cleaned file away, and answers what was measured. */
export async function measure({ browser, url, path }) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, acceptDownloads: true });
  const page = await context.newPage();
  await page.addInitScript(WATCH);
  await page.goto(`${url}#usage`);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await page.locator("#usage-now").fill(NOW);
  const before = await memoryOf(browser);

  await page.evaluate(() => globalThis.startWatching());
  const began = performance.now();
  await drop(context, page, path);
  const clicks = await pressWhileItRuns(page);
  await page.locator("#usage-file .verdict h3").waitFor({ timeout: 1_800_000 });
  const seconds = (performance.now() - began) / 1000;
  // Two frames: the results are on the screen.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const watched = await page.evaluate(() => globalThis.watched);
  const after = await memoryOf(browser);

  const banner = await page.locator("#usage-file .verdict").innerText();
  const numbers = await page.locator("#usage-file .facts dd").allInnerTexts();
  const [accepted, repeated, conflicts, rejected, keys] = numbers.map((text) => Number(text.replaceAll(",", "")));
  const codes = Object.fromEntries(await page.locator("#usage-file .finding").evaluateAll((all) => all.map((one) =>
    [one.dataset.code, Number(one.querySelector(".times").textContent.replaceAll(",", ""))])));

  const saving = performance.now();
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: 1_800_000 }), page.locator("#usage-file .cleaned").click()]);
  const cleaned = await linesOf(await download.path());
  const saved = (performance.now() - saving) / 1000;
  const peak = await memoryOf(browser);
  const [pid] = [...peak].sort(([, a], [, b]) => b.most - a.most)[0] ?? [null];
  await context.close();
  return {
    seconds, saved, clicks, banner, accepted, repeated, conflicts, rejected, keys, codes, cleaned,
    longestTask: Math.max(0, ...watched.longTasks.map(([, duration]) => duration)), longTasks: watched.longTasks.length,
    longestGap: Math.round(watched.longestGap), frames: watched.frames,
    memory: pid === null ? null : { before: before.get(pid)?.now, after: after.get(pid)?.now, peak: after.get(pid)?.most, peakWithDownload: peak.get(pid).most },
  };
}

/** A file from outside the browser, as the system's file manager drops it. */
export async function drop(context, page, path) {
  const session = await context.newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) await session.send("Input.dispatchDragEvent", { type, x: 400, y: 300, data });
  await session.detach();
}

/** The page answers while the thread reads: how long a key takes to arrive in a field and be drawn, at most. */
async function pressWhileItRuns(page) {
  const times = [];
  while (await page.locator("#usage-file progress").isVisible() || !await page.locator("#usage-file").isVisible()) {
    times.push(await page.evaluate(() => new Promise((done) => {
      const began = performance.now();
      setTimeout(() => requestAnimationFrame(() => done(Math.round(performance.now() - began))), 0);
    })));
    if (await page.locator("#usage-file .verdict").isVisible()) break;
  }
  return { count: times.length, longest: Math.max(0, ...times) };
}

/** Resident memory of the browser's renderers by process; the one with the page and its worker is the largest. */
async function memoryOf(browser) {
  const found = new Map();
  try {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    await session.detach();
    for (const { type, id } of processInfo) if (type === "renderer") found.set(id, resident(id));
  } catch {
    // A system without procfs tells nothing.
  }
  return found;
}

/** Resident memory in MB: now, and the most it ever was. */
function resident(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024);
  return { now: megabytes("VmRSS"), most: megabytes("VmHWM") };
}

async function linesOf(path) {
  let count = 0;
  for await (const text of createInterface({ input: createReadStream(path) })) if (text !== "") count += 1;
  return count;
}

/** What must be found, whatever the machine. */
export const findings = ({ records, accepted, repeated, conflicts, negative, cut }) => ({
  accepted, repeated, conflicts, rejected: negative + cut, cleaned: accepted, keys: accepted,
  codes: { conflicting_records: conflicts, quantity_negative: negative, json_unexpected_end: cut, repeated_record: repeated },
  records,
});
