// Every engine that the package is for.

import { chromium, firefox, webkit } from "./browsers.mjs";
import { edgeLight } from "./edge-light.mjs";
import { bun, deno, node } from "./process.mjs";
import { oldWorkerd, workerd } from "./workerd.mjs";

/**
 * Each has a `name`; `find()` answers what `version` and `run` are given, or `{ remedy }` where the
 * engine is not there; `run(found, folder)` resolves to the suite's result in the consumer's folder.
 */
export const ENGINES = [
  node(20), node(24), node(26), deno, bun, workerd, oldWorkerd, edgeLight, chromium, firefox, webkit,
];

/** What neither npm nor the page's own tests bring along. */
export const SYSTEM = [firefox, webkit];
