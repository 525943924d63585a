// The Worker as `wrangler deploy` would upload it.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { overHttp, testGate } from "./support/cases.mjs";
import { here, install } from "./support/example.mjs";
import { PRODUCT, PUBLIC_KEYS } from "./support/tokens.mjs";
import { startWorker } from "./support/workerd.mjs";

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
  const worker = await startWorker(join(folder, "dist"), "worker.js", {
    compatibilityDate: configuration.compatibility_date,
    bindings: configuration.vars,
    kvNamespaces: configuration.kv_namespaces.map(({ binding }) => binding),
  });
  return { ...overHttp(worker), namespace: await worker.miniflare.getKVNamespace("NONCES") };
}

testGate("cloudflare-worker", start, async ({ gate, refuses, genuine, nonce }) => {
  await gate.namespace.delete(nonce);
  await refuses("a nonce taken back", "nonce_unknown", genuine, nonce);
});
