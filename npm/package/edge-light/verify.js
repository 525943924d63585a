// The entry `meterproof/verify` for edge functions of Vercel and Next.js, whose bundlers compile
// what is imported with `?module`: bytes are refused at run time. Every function works right after
// `import`.

import module from "../wasm/verify.simd.wasm?module";
import { engine } from "../src/engine-verify.js";

export * from "../src/verify-api.js";
export { init, initSync } from "../src/ready.js";

engine.loadSync(module);
