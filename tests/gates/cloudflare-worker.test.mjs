// The Worker as `wrangler deploy` would upload it, in workerd.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";

import { overHttp, testGate } from "./support/cases.mjs";
import { here, install } from "./support/example.mjs";
import { PRODUCT, PUBLIC_KEYS } from "./support/tokens.mjs";

const wrangler = join(here, "node_modules/wrangler/bin/wrangler.js");

/** What wrangler uploads, in the folder `dist`; it reads the configuration and bundles. */
function bundle(folder) {
  execFileSync(process.execPath, [wrangler, "deploy", "--dry-run", "--outdir", "dist"], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_HIDE_BANNER: "true",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function start() {
  const folder = install("cloudflare-worker");
  const path = join(folder, "wrangler.jsonc");
  // Its comments stand on lines of their own.
  const configuration = JSON.parse(readFileSync(path, "utf8").replace(/^\s*\/\/.*$/gm, ""));
  configuration.vars = { PRODUCT_CODE: PRODUCT, PUBLIC_KEYS };
  writeFileSync(path, JSON.stringify(configuration));
  bundle(folder);

  let output = "";
  let look = () => {};
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    modules: true,
    modulesRoot: join(folder, "dist"),
    modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
    scriptPath: join(folder, "dist/worker.js"),
    compatibilityDate: configuration.compatibility_date,
    bindings: configuration.vars,
    kvNamespaces: configuration.kv_namespaces.map(({ binding }) => binding),
    cf: false,
    handleRuntimeStdio: (...streams) => {
      for (const stream of streams) {
        stream.setEncoding("utf8").on("data", (text) => {
          output += text;
          look();
        });
      }
    },
  });
  const { origin } = await miniflare.ready;
  const gate = overHttp({
    origin,
    output: () => output,
    heard: (enough) =>
      new Promise((resolve) => {
        look = () => enough(output) && resolve(enough(output));
        look();
      }),
    stop: () => miniflare.dispose(),
  });
  return { ...gate, namespace: await miniflare.getKVNamespace("NONCES") };
}

testGate("cloudflare-worker", start, async ({ gate, refuses, genuine, nonce }) => {
  await gate.namespace.delete(nonce);
  await refuses("a nonce taken back", "nonce_unknown", genuine, nonce);
});
