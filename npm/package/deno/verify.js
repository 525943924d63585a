// The entry `meterproof/verify` for Deno, whose module graph takes WebAssembly in: no permission is
// needed, and every function works right after `import`.

import * as exports from "../wasm/verify.relaxed.wasm";
import { engine } from "../src/engine-verify.js";

export * from "../src/verify-api.js";
export { init, initSync } from "../src/ready.js";

engine.start({ exports: { ...exports } });
