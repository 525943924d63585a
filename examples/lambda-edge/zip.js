// Packs function.zip: the function, its settings, and of meterproof what `meterproof/verify` loads in
// Node.js.

import { readFileSync, writeFileSync } from "node:fs";
import { zipSync } from "fflate";

const modules = ["relaxed", "simd", "scalar"].map((name) => `wasm/verify.${name}.wasm`);
const loaded = ["package.json", "node/verify.js", ...modules, "LICENSE-MIT"];
const files = [
  ...["index.js", "settings.js", "package.json"],
  ...loaded.map((name) => `node_modules/meterproof/${name}`),
];
const zip = zipSync(Object.fromEntries(files.map((name) => [name, readFileSync(name)])), { level: 9 });
writeFileSync("function.zip", zip);
console.log(`function.zip: ${zip.length} bytes of the 1,000,000 that CloudFront takes here`);
