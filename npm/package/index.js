// The entry `meterproof` for browsers and for every host without one of its own: call
// `await init()` once, then all functions are synchronous.

import { engine } from "./src/engine-full.js";
import { hasSimd } from "./src/engine.js";

export * from "./src/api.js";

// Bundlers look for addresses that are written out like these.
const address = () =>
  hasSimd()
    ? new URL("./wasm/full.simd.wasm", import.meta.url)
    : new URL("./wasm/full.scalar.wasm", import.meta.url);

export const init = (source) => engine.load(source, address);
export const initSync = (source) => engine.loadSync(source);
