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
  // For these two no goal is set: fewer rounds do. Deno's arithmetic is that of Node's V8.
  deno: { find: findDeno, run: runInProcess, suites: WARM.filter((suite) => suite !== "raw"), share: 0.4 },
  bun: { find: findBun, run: runInProcess, suites: WARM, share: 0.4 },
  chromium: { find: findChromium, run: runInChromium, suites: [...WARM, "cold"] },
};
