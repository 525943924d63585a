// Edge Runtime, in which Vercel and Next.js run edge functions on a developer's machine.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { library, packageVersion } from "./installed.mjs";

export const edgeLight = {
  name: "Edge Runtime",
  find: () => library("edge-runtime"),
  version: () => packageVersion("edge-runtime"),
  run,
};

/** The suite in one runtime, then in three of one process at once. */
async function run(_, folder) {
  const { EdgeRuntime } = await import("edge-runtime");
  const { code, modules } = await bundle(folder);
  const ask = async () => {
    const runtime = new EdgeRuntime({
      initialCode: code,
      extend: (context) => Object.assign(context, modules),
    });
    const response = await runtime.dispatchFetch("http://edge/");
    await response.waitUntil();
    return response.ok ? response.json() : { stopped: await response.text() };
  };
  const result = await ask();
  return { ...result, workers: await Promise.all([ask(), ask(), ask()]) };
}

/** One script; what it imports with `?module` is compiled here, and a global there: so does Vercel. */
async function bundle(folder) {
  const { build } = await import("esbuild");
  const modules = {};
  const wasm = {
    name: "wasm",
    setup(building) {
      building.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, path.slice(0, -"?module".length)),
        namespace: "wasm",
      }));
      building.onLoad({ filter: /.*/, namespace: "wasm" }, ({ path }) => {
        const name = `wasm_${Object.keys(modules).length}`;
        modules[name] = new WebAssembly.Module(readFileSync(path));
        return { contents: `export default globalThis.${name};` };
      });
    },
  };
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: ["edge-light.js"],
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["edge-light", "worker", "browser"],
    plugins: [wasm],
  });
  return { code: outputFiles[0].text, modules };
}
