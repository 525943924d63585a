// Nothing is made up here: the AWS SDK registers with the emulator of the Metering Service, by a key
// that only the emulator has, and the gate verifies what it signed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { built, engine, install, script } from "./support/example.mjs";
import { startServer } from "./support/process.mjs";
import { PRODUCT, PUBLIC_KEYS } from "./support/tokens.mjs";

const container = install("container");
const server = install("bun-server");

async function startGate(key) {
  const [program, ...words] = script(server, "start").split(" ");
  const environment = { PRODUCT_CODE: PRODUCT, PUBLIC_KEYS: JSON.stringify({ 1: key }), PORT: "0" };
  return startServer(engine(program), words, { cwd: server, environment });
}

let emulator;
let key;

before(async () => {
  emulator = await startServer(built("debug/meterproof-emulator"), ["--listen", "127.0.0.1:0"], {});
  key = await (await fetch(`${emulator.origin}/_emulator/products/${PRODUCT}/public-keys/1`)).text();
});
after(() => emulator.stop());

/** Runs the container to its end. */
async function run(gate) {
  const [, file] = script(container, "start").split(" ");
  const child = spawn(process.execPath, [join(container, file)], {
    env: {
      GATE: gate.origin,
      PRODUCT_CODE: PRODUCT,
      AWS_ENDPOINT_URL_MARKETPLACE_METERING: emulator.origin,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "AKIDEMULATOR0000000",
      AWS_SECRET_ACCESS_KEY: "emulator-secret-access-key",
      // The SDK's about versions of Node.js to come.
      NODE_NO_WARNINGS: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  const [status] = await once(child, "close");
  return { status, output };
}

async function subscribe(subscribed) {
  const response = await fetch(`${emulator.origin}/_emulator/customers/222233334444`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ subscribed }),
  });
  assert.ok(response.ok, await response.text());
}

test("a customer who is not subscribed gets no signature to show", async (t) => {
  await subscribe(false);
  t.after(() => subscribe(true));
  const gate = await startGate(key);
  t.after(() => gate.stop());
  const { status, output } = await run(gate);
  assert.equal(status, 1);
  assert.match(output, /^not started: CustomerNotEntitledException: /);
  assert.doesNotMatch(gate.output(), /"gate"/);
});

test("a container that AWS registered gets past the gate", async (t) => {
  const gate = await startGate(key);
  t.after(() => gate.stop());
  assert.deepEqual(await run(gate), { status: 0, output: '{"paid":"/paid/report"}\n' });
  await gate.heard((text) => /^\{"gate":"passed"\}$/m.exec(text));
});

test("a gate that trusts another key refuses it", async (t) => {
  const gate = await startGate(PUBLIC_KEYS[1]);
  t.after(() => gate.stop());
  assert.deepEqual(await run(gate), {
    status: 1,
    output: "not started: Error: the gate refuses /paid/report: signature_invalid\n",
  });
});
