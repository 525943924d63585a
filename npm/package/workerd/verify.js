// The entry `meterproof/verify` for Cloudflare Workers, which compile WebAssembly when they are
// deployed and refuse bytes at run time. Every function works right after `import`.

import module from "../wasm/verify.relaxed.wasm";
import { engine } from "../src/engine-verify.js";

export * from "../src/verify-api.js";
export { init, initSync } from "../src/ready.js";

engine.loadSync(module);
