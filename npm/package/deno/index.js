// The entry `meterproof` for Deno, whose module graph takes WebAssembly in: no permission is needed,
// and every function works right after `import`.

import * as exports from "../wasm/full.relaxed.wasm";
import { engine } from "../src/engine-full.js";

export * from "../src/api.js";
export { init, initSync } from "../src/ready.js";

engine.start({ exports: { ...exports } });
