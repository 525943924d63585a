// The engine for verification alone.

import { Engine, hasSimd } from "./engine.js";

// Bundlers look for addresses that are written out like these.
export const engine = new Engine(
  () =>
    hasSimd()
      ? new URL("./wasm/verify.simd.wasm", import.meta.url)
      : new URL("./wasm/verify.scalar.wasm", import.meta.url),
  "verify",
);
