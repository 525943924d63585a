// The entry `meterproof` for Cloudflare Workers, which compile WebAssembly when they are deployed and
// refuse bytes at run time. Every function works right after `import`.

import module from "../wasm/full.relaxed.wasm";
import { engine } from "../src/engine-full.js";

export * from "../src/api.js";
export { init, initSync } from "../src/ready.js";

engine.loadSync(module);
