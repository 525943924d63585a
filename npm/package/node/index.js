// The entry `meterproof` for Node: the engine is loaded while this module is imported, so that every
// function works right after `import`.

import { engine } from "../src/engine-full.js";
import { hasSimd } from "../src/engine.js";
import { read } from "../src/node-file.js";
import { hasRelaxedSimd } from "../src/relaxed-simd.js";

export * from "../src/api.js";
export { init, initSync } from "../src/ready.js";

// Bundlers look for addresses that are written out like these.
engine.loadSync(
  read(
    hasRelaxedSimd()
      ? new URL("../wasm/full.relaxed.wasm", import.meta.url)
      : hasSimd()
        ? new URL("../wasm/full.simd.wasm", import.meta.url)
        : new URL("../wasm/full.scalar.wasm", import.meta.url),
  ),
);
