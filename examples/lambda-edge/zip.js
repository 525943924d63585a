// Packs function.zip: the function, its settings, and of meterproof what `meterproof/verify` needs.

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { zipSync } from "fflate";

const package_ = "node_modules/meterproof";
const needed = readdirSync(package_, { recursive: true })
  .map((name) => `${package_}/${name.replaceAll("\\", "/")}`)
  .filter((name) => statSync(name).isFile() && !/\/full\.|\.d\.ts$|\.md$/.test(name));

const files = ["index.js", "settings.js", "package.json", ...needed];
const zip = zipSync(Object.fromEntries(files.map((name) => [name, readFileSync(name)])), { level: 9 });
writeFileSync("function.zip", zip);
console.log(`function.zip: ${zip.length} bytes of the 1,000,000 that CloudFront takes here`);
