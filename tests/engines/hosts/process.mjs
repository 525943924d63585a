// The suite in a process of Node, Deno or Bun, then in several of its threads at once.

import * as full from "meterproof";
import * as verify from "meterproof/verify";

import { run } from "./cases/suite.js";
import { atOnce } from "./at-once.js";
import data from "./data.js";

const Worker = globalThis.Worker ?? (await import("node:worker_threads")).Worker;

const result = await run({ full, verify, data, ready: "import" });
const workers = await atOnce(() => new Worker(new URL("./process-worker.mjs", import.meta.url), { type: "module" }));
console.log(JSON.stringify({ ...result, workers }));
