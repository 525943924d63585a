// Runs a suite in a process of Node, Deno or Bun.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";

import { HERE, SCRATCH } from "../places.mjs";

/** Resolves to the exit code. The job is one argument, so that no engine needs parsing of its own. */
export function runInProcess({ command: [program, ...options] }, job) {
  mkdirSync(SCRATCH, { recursive: true });
  const words = [...options, `${HERE}program.mjs`, JSON.stringify(job)];
  const child = spawn(program, words, {
    cwd: HERE,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      DENO_DIR: `${SCRATCH}/deno`,
      DENO_NO_UPDATE_CHECK: "1",
      DO_NOT_TRACK: "1",
      NODE_OPTIONS: "",
    },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (signal !== null) process.stderr.write(`bench: the engine ended with ${signal}\n`);
      resolve(code ?? 1);
    });
  });
}
