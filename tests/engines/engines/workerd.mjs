// workerd, the engine of Cloudflare Workers, by miniflare.

import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";

import { library, packageVersion } from "./installed.mjs";

/** Before May 2025 workers have no FinalizationRegistry, and a library has to live with that. */
const dated = (name, compatibilityDate) => ({
  name,
  find: () => library("miniflare"),
  version: () => packageVersion("workerd"),
  run: (_, folder) => run(folder, compatibilityDate),
});

export const workerd = dated("workerd", "2026-04-01");
export const oldWorkerd = dated("workerd 2023", "2023-05-18");

/** The suite in one isolate, then in three at once. */
async function run(folder, compatibilityDate) {
  const { Miniflare } = await import("miniflare");
  const modules = await bundle(folder);
  const isolates = ["first", "second", "third", "fourth"].map((name) => ({ name, modules, compatibilityDate }));
  const miniflare = new Miniflare({ workers: isolates, host: "127.0.0.1", port: 0, telemetry: { enabled: false } });
  try {
    const ask = async ({ name }) => {
      const worker = await miniflare.getWorker(name);
      const response = await worker.fetch("http://worker/");
      if (!response.ok) return { stopped: await response.text() };
      return response.json();
    };
    const result = await ask(isolates[0]);
    return { ...result, workers: await Promise.all(isolates.slice(1).map(ask)) };
  } finally {
    await miniflare.dispose();
  }
}

/** One module, with the WebAssembly beside it, as wrangler uploads them. */
async function bundle(folder) {
  const { build } = await import("esbuild");
  const compiled = new Map();
  const wasm = {
    name: "wasm",
    setup(building) {
      building.onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        compiled.set(`./${basename(path)}`, resolve(resolveDir, path));
        return { path: `./${basename(path)}`, external: true };
      });
    },
  };
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: ["workerd.js"],
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    plugins: [wasm],
  });
  return [
    { type: "ESModule", path: "worker.js", contents: outputFiles[0].text },
    ...[...compiled].map(([path, file]) => ({
      type: "CompiledWasm",
      path: path.slice(2),
      contents: readFileSync(file),
    })),
  ];
}
