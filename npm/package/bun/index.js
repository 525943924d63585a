// The entry `meterproof` for Bun: the engine is loaded while this module is imported. `bun build` copies
// or embeds what is imported as a file.

import scalar from "../wasm/full.scalar.wasm" with { type: "file" };
import simd from "../wasm/full.simd.wasm" with { type: "file" };
import { engine } from "../src/engine-full.js";
import { hasSimd } from "../src/engine.js";
import { read } from "../src/bun-file.js";

export * from "../src/api.js";
export { init, initSync } from "../src/ready.js";

// Bun on a processor without AVX has no vector instructions in WebAssembly.
const path = hasSimd() ? simd : scalar;
engine.loadSync(read(path));
