// The engine for everything this package does.

import { Engine, hasSimd } from "./engine.js";

// Bundlers look for addresses that are written out like these.
export const engine = new Engine(
  () =>
    hasSimd()
      ? new URL("./wasm/full.simd.wasm", import.meta.url)
      : new URL("./wasm/full.scalar.wasm", import.meta.url),
  "check",
);
