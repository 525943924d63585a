// Runs one suite in this process; in Node, Deno and Bun alike. Started by run.mjs.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { engineName } from "./engines/name.mjs";
import { copyOf, wasmOf } from "./inputs/package.mjs";
import { NOW, tokensFile } from "./inputs/tokens.mjs";
import { COMPARED_WASM, DATA } from "./places.mjs";
import { SUBJECTS } from "./subjects/in-process.mjs";
import { IN_PROCESS } from "./suites/in-process.mjs";

const { suite, quick, share, versions } = JSON.parse(process.argv[2]);
const engine = engineName();

await IN_PROCESS[suite]({
  engine,
  quick,
  share,
  versions,
  subjects: SUBJECTS,
  emit: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
  progress: (text) => process.stderr.write(`bench: ${engine}: ${text}\n`),
  tokens: async (bits) => JSON.parse(readFileSync(tokensFile(bits), "utf8")),
  usage: async () => ({ now: NOW, document: new Uint8Array(readFileSync(`${DATA}usage-25.json`)) }),
  sha256: (bytes) => createHash("sha256").update(bytes).digest(),
  async comparedWasm(name) {
    const path = `${COMPARED_WASM}/${name}`;
    return existsSync(path) ? readFileSync(path) : null;
  },
  // The entry that loads nothing by itself, in every engine: it is told which file to run.
  async loadPackage(entry, variant) {
    const folder = copyOf(variant);
    const module = await import(pathToFileURL(`${folder}/${entry}.js`).href);
    await module.init(readFileSync(`${folder}/${wasmOf(entry, variant)}`));
    return module;
  },
});
