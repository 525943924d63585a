// The entry for Node: the engine is loaded while this module is imported, so that every
// function works right after `import`.

import { readFileSync } from "node:fs";

import { start } from "./engine.js";

export * from "./api.js";

start(readFileSync(new URL("./wasm/meterproof_bg.wasm", import.meta.url)));

/**
 * Resolves at once: in Node the engine is ready after the import. It is here so that code
 * written for the browser runs unchanged.
 */
export async function init() {}
