import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { overHttp, testGate } from "./support/cases.mjs";
import { here, install } from "./support/example.mjs";
import { startServer } from "./support/process.mjs";
import { PRODUCT, PUBLIC_KEYS } from "./support/tokens.mjs";

const folder = install("edge-middleware");

function startMiddleware(secret) {
  const environment = { PRODUCT_CODE: PRODUCT, PUBLIC_KEYS: JSON.stringify(PUBLIC_KEYS), ...secret };
  const words = [join(here, "hosts/edge.mjs"), join(folder, "middleware.js")];
  return startServer(process.execPath, words, { cwd: folder, environment });
}

testGate("edge-middleware", async () => {
  return {
    ...overHttp(await startMiddleware({ NONCE_SECRET: "3f1c6f8e0b7d4a92a1c55e0d9b24780c" })),
    // On with the request, to the page behind.
    assertPassed({ status, headers, body }) {
      assert.equal(status, 200);
      assert.equal(headers["x-middleware-next"], "1");
      assert.equal(body, null);
    },
  };
});

test("without a secret of its own the middleware does not start", async () => {
  for (const secret of [{}, { NONCE_SECRET: "short" }]) {
    await assert.rejects(startMiddleware(secret), /NONCE_SECRET needs 32 characters or more/);
  }
});
