// The package as its users meet it: the tarball installed into a folder of its own, with the suite and its data.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("../", import.meta.url));
const VECTORS = fileURLToPath(new URL("../../vectors/", import.meta.url));

/** Makes the folder anew and answers its path. */
export function consumer(folder, tarball) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const manifest = { name: "consumer", private: true, type: "module" };
  writeFileSync(`${folder}/package.json`, JSON.stringify(manifest));
  const install = ["install", "--offline", "--no-audit", "--no-fund", "--silent", tarball];
  execFileSync("npm", install, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  cpSync(`${HERE}hosts`, folder, { recursive: true });
  cpSync(`${HERE}cases`, `${folder}/cases`, { recursive: true });
  writeFileSync(`${folder}/data.js`, `export default ${JSON.stringify(data())};\n`);
  return folder;
}

/** Vectors and expectations, for engines that read no files. */
function data() {
  const tokens = jsonFiles(`${VECTORS}tokens`).map(([file, { keys, cases }]) => ({ file, keys, cases }));
  const expectations = Object.fromEntries(jsonFiles(`${HERE}expectations`));
  return { tokens, usage: read(`${VECTORS}usage.json`).cases, expectations };
}

function jsonFiles(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  if (files.length === 0) throw new Error(`there is no data in ${folder}`);
  return files.map((name) => [name.slice(0, -".json".length), read(`${folder}/${name}`)]);
}

const read = (file) => JSON.parse(readFileSync(file, "utf8"));
