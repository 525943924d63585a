// Bundles a middleware as Vercel does and serves it from Edge Runtime: `node edge.mjs FILE`.
//
// A real edge host compiles WebAssembly when it is deployed and refuses bytes later. So an import
// of `….wasm?module` becomes a global that holds the compiled module.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { EdgeRuntime, runServer } from "edge-runtime";
import { build } from "esbuild";

const modules = {};

const compiledModules = {
  name: "compiled WebAssembly modules",
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /\.wasm\?module$/ }, async ({ path, resolveDir }) => {
      const file = await resolve(path.replace(/\?module$/, ""), { resolveDir, kind: "import-statement" });
      return { path: file.path, errors: file.errors, namespace: "compiled" };
    });
    onLoad({ namespace: "compiled", filter: /.*/ }, ({ path }) => {
      const bytes = readFileSync(path);
      const name = `wasm_${createHash("sha256").update(bytes).digest("hex")}`;
      modules[name] = new WebAssembly.Module(bytes);
      return { contents: `export default globalThis.${name};` };
    });
  },
};

const [file] = process.argv.slice(2);
const { outputFiles } = await build({
  entryPoints: [file],
  bundle: true,
  write: false,
  format: "iife",
  globalName: "deployed",
  conditions: ["edge-light"],
  plugins: [compiledModules],
});

const runtime = new EdgeRuntime({
  extend: (context) =>
    Object.assign(context, modules, { console, process: { env: { ...process.env } } }),
});
runtime.evaluate(outputFiles[0].text);
runtime.evaluate(
  "addEventListener('fetch', (event) => event.respondWith(deployed.default(event.request)))",
);
const { url } = await runServer({ runtime, host: "127.0.0.1", port: 0 });
console.log(`Listening on ${url}`);
