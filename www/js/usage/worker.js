// The thread that reads a file: the page stays free. It has an engine of its own and answers in messages.
//
// In:  { judge: { file, options, product, keys } }, { cancel: true }, { download: "cleaned" | "report" }
// Out: { progress }, { done }, { failed }, { downloading }, { download: { kind, blob } }, { notWritten }

import { check, init, rulesWindow, validate } from "../shell/engine.js";
import { FileJudge, UnreadableFile } from "./file/judge.js";
import { LineCutter } from "./file/lines.js";
import { cleanedFile, reportFile } from "./file/output.js";
import { readPairs } from "./file/pair-texts.js";
import { MOST_PAIRS } from "./file/pairs.js";

const EVERY = 100;
// A cancel is heard between two parts.
const PART = 256 * 1024;
const engine = { check, rulesWindow, validate };
let current = null;
let cancelled = false;

self.addEventListener("message", async ({ data }) => {
  try {
    if (data.judge) await judge(data.judge);
    if (data.cancel) cancelled = true;
    if (data.download) await download(data.download);
  } catch (error) {
    const message = error instanceof UnreadableFile ? error.message : words(error);
    // What was found stays true where only a file of it could not be written.
    self.postMessage(data.download ? { notWritten: message } : { failed: message });
  }
});

// Chromium's stream of a file calls a file that was changed a network error; there is no network in this thread's work.
const unreadable = ({ name, message }) => name === "NotReadableError" || (name === "TypeError" && message === "network error");

const words = (error) => unreadable(error) ? "The browser cannot read the file any more: it was changed or moved. Choose it again." : error.message;

async function judge({ file, options, product, keys }) {
  cancelled = false;
  await init();
  // Wrong options are said once, before any line.
  check("[]", options);
  const judged = new FileJudge(engine, options, { product, keys });
  const cutter = new LineCutter({
    onLine: (bytes, number, offset) => judged.line(bytes, number, offset),
    onLong: (number, offset, length) => judged.tooLong(number, offset, length),
  });
  current = { file, options, product, judged };
  const say = every(EVERY, (bytes) => self.postMessage({ progress: { bytes, lines: judged.lines, records: judged.records, errors: judged.findings.errors } }));
  const reader = file.stream().getReader();
  let bytes = 0;
  for (let next = await reader.read(); !next.done && !cancelled; next = await reader.read()) {
    for (let from = 0; from < next.value.length && !cancelled; from += PART) {
      cutter.push(next.value.subarray(from, from + PART));
      bytes += Math.min(PART, next.value.length - from);
      say(bytes);
      await turn();
    }
  }
  await reader.cancel();
  if (!cancelled) cutter.end();
  judged.finish();
  judged.tally.forget();
  self.postMessage({ done: await summary(current, bytes) });
}

async function summary({ file, options, judged }, bytes) {
  const { tally, findings, lines, empty, forms } = judged;
  return {
    cancelled, bytes, lines, empty, forms, records: judged.records,
    accepted: tally.accepted, repeated: tally.repeated, conflicts: tally.conflicts, rejected: tally.rejected,
    keys: tally.keys, uncompared: tally.uncompared, droppedWhole: judged.droppedWhole,
    unlistedPairs: Math.max(0, tally.repeated + tally.conflicts - MOST_PAIRS),
    errors: findings.errors, warnings: findings.warnings,
    findings: await readPairs(findings.list(), file, engine, options),
    hours: tally.hours.list(), elsewhere: tally.hours.elsewhere, timeless: tally.hours.timeless,
  };
}

async function download(kind) {
  const { file, options, product, judged } = current;
  const say = every(EVERY, (bytes) => self.postMessage({ downloading: { bytes } }));
  const blob = kind === "cleaned" ? await cleanedFile(file, judged, say) : await reportFile(file, judged, { engine, options, product }, say);
  self.postMessage({ download: { kind, blob } });
}

const channel = new MessageChannel();

/** Lets waiting messages come first; a timer would wait longer. */
const turn = () => new Promise((resolve) => {
  channel.port1.onmessage = resolve;
  channel.port2.postMessage(null);
});

/** Runs `task` at most once in so many milliseconds. */
function every(milliseconds, task) {
  let last = 0;
  return (value) => {
    const now = performance.now();
    if (now - last < milliseconds) return;
    last = now;
    task(value);
  };
}
