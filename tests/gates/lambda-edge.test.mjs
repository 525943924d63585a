// The function as it is uploaded: unpacked from function.zip into an empty folder.

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { unzipSync } from "fflate";

import { atLeast, gateLines, testGate } from "./support/cases.mjs";
import { outcome, viewerRequest } from "./support/cloudfront.mjs";
import { emptyFolder, here, install, npm } from "./support/example.mjs";
import { PRODUCT, PUBLIC_KEYS } from "./support/tokens.mjs";

const SETTINGS = `
export const PRODUCT_CODE = ${JSON.stringify(PRODUCT)};
export const PUBLIC_KEYS = ${JSON.stringify(PUBLIC_KEYS)};
export const NONCE_SECRET = "3f1c6f8e0b7d4a92a1c55e0d9b24780c";
`;

/** What CloudFront allows for a viewer-request function, compressed. */
const LARGEST_ZIP = 1_000_000;

const folder = install("lambda-edge");

/** Packs the function with these settings and unpacks it as Lambda does. */
function upload(settings) {
  writeFileSync(join(folder, "settings.js"), settings);
  npm(folder, "run", "--silent", "zip");
  const zip = readFileSync(join(folder, "function.zip"));
  const taskRoot = emptyFolder("task");
  for (const [name, bytes] of Object.entries(unzipSync(zip))) {
    mkdirSync(dirname(join(taskRoot, name)), { recursive: true });
    writeFileSync(join(taskRoot, name), bytes);
  }
  return { taskRoot, size: zip.length };
}

function startFunction(taskRoot) {
  const child = fork(join(here, "hosts/lambda.mjs"), {
    cwd: taskRoot,
    // No variables of its own: Lambda@Edge gives none.
    env: { PATH: process.env.PATH, LAMBDA_TASK_ROOT: taskRoot, _HANDLER: "index.handler" },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  process.on("exit", () => child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  return { child, output: () => output };
}

testGate("lambda-edge", async () => {
  const { taskRoot, size } = upload(SETTINGS);
  assert.ok(size < LARGEST_ZIP / 5, `function.zip has ${size} bytes`);
  const { child, output } = startFunction(taskRoot);
  const ended = once(child, "close");
  await once(child, "message");
  return {
    async ask(request) {
      const event = viewerRequest(request);
      child.send(JSON.stringify(event));
      const [{ answer, error }] = await once(child, "message");
      assert.equal(error, undefined);
      return outcome(event, JSON.parse(answer));
    },
    assertPassed({ onward }, path) {
      assert.equal(onward.uri, path);
      // The origin sees who asks for what, and nothing that opens the gate.
      assert.deepEqual(Object.keys(onward.headers), ["host", "user-agent", "accept"]);
    },
    async lines(count) {
      while (!atLeast(count, gateLines(output()))) await once(child.stdout, "data");
      return gateLines(output());
    },
    output,
    async stop() {
      child.kill();
      await ended;
    },
  };
});

test("without a secret of its own the function does not start", async () => {
  const { taskRoot } = upload(SETTINGS.replace(/NONCE_SECRET = ".*"/, 'NONCE_SECRET = ""'));
  const { child, output } = startFunction(taskRoot);
  const [code] = await once(child, "close");
  assert.equal(code, 1);
  assert.ok(output().includes("settings.js: NONCE_SECRET needs 32 characters or more"), output());
});
