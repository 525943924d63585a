// The README's examples run as they stand, in this folder where the package is installed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { PRODUCT, keyPair, token } from "./support.mjs";

const readme = readFileSync(new URL("./node_modules/meterproof/README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);

const { pem, privateKey } = keyPair();
const nonce = "0f7c0f6e-4a39-4a3c-9a52-1d8d4dd8f9b1";
const signature = token(privateKey, { productCode: PRODUCT, publicKeyVersion: 1, nonce });

function run(code) {
  return execFileSync(process.execPath, ["--input-type=module", "--eval", code], {
    cwd: new URL(".", import.meta.url),
    encoding: "utf8",
    env: { MARKETPLACE_PUBLIC_KEY: pem, NONCE: nonce, SIGNATURE: signature },
  });
}

test("there are six examples", () => assert.equal(examples.length, 6));

test("verify", () => assert.equal(run(examples[0]), `entitled to ${PRODUCT}\n`));

test("verifyMany", () => assert.equal(run(examples[1]), "version 1\nbase64url_stray_bits\nversion 1\n"));

test("diagnose", () => {
  const lines = run(examples[2]).trim().split("\n");
  assert.equal(lines[0], "refused");
  assert.equal(lines.length, 16);
  assert.ok(lines.some((line) => line.startsWith("fail product_code: ")));
  assert.ok(lines.includes("pass signature"));
});

test("validate", () => {
  assert.equal(
    run(examples[3]),
    "rejected\n4:22 error timestamp_too_old /UsageRecords/0/Timestamp\n",
  );
});

test("check", () => assert.equal(run(examples[4]), "accepted 0\n"));

test("plan", () => assert.equal(run(examples[5]), "[ 25, 5 ] [] []\n"));
