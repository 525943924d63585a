// The suite in a thread of Node, Deno or Bun.

import * as full from "meterproof";
import * as verify from "meterproof/verify";

import { onWord } from "./at-once.js";
import data from "./data.js";

const port = globalThis.Worker ? globalThis : (await import("node:worker_threads")).parentPort;
onWord(port, { full, verify, data, ready: "import" });
