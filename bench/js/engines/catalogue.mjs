// The engines, where each is found, and which suites it runs.

import { findBun, findChromium, findDeno, findNode } from "./find.mjs";
import { runInChromium } from "./chromium.mjs";
import { runInProcess } from "./process.mjs";

export const SUITES = ["verify", "verify-many", "raw", "usage", "cold", "grow"];

const WARM = ["verify", "verify-many", "raw", "usage"];

export const ENGINES = {
  // How cost grows is a property of the code rather than of the engine: one engine shows it.
  "node 20": { find: () => findNode(20), run: runInProcess, suites: SUITES },
  "node 24": { find: () => findNode(24), run: runInProcess, suites: [...WARM, "cold"] },
  "node 26": { find: () => findNode(26), run: runInProcess, suites: [...WARM, "cold"] },
  deno: { find: findDeno, run: runInProcess, suites: WARM },
  bun: { find: findBun, run: runInProcess, suites: WARM },
  chromium: { find: findChromium, run: runInChromium, suites: [...WARM, "cold"] },
};
