// The entry for Node: the engine is loaded while this module is imported, so that every
// function works right after `import`.

import { readFileSync } from "node:fs";

import { engine } from "./engine-full.js";

export * from "./api.js";

engine.loadSync(readFileSync(engine.address));

/**
 * Resolves at once: in Node the engine is ready after the import. It is here so that code
 * written for the browser runs unchanged.
 */
export async function init() {}

/** Does nothing, for the same reason. */
export function initSync() {}
