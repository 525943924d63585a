// Puts beside the page what it loads of the package: one module and the WebAssembly for it, with
// and without vector instructions.

import { cpSync } from "node:fs";

for (const file of ["verify.js", "wasm/verify.simd.wasm", "wasm/verify.scalar.wasm"]) {
  cpSync(`node_modules/meterproof/${file}`, `public/meterproof/${file}`);
}
