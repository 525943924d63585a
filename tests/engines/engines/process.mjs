// Node, Deno and Bun: one process each.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { LIMIT, binary, packageVersion } from "./installed.mjs";

const run = promisify(execFile);
const MACHINE = `${process.platform}-${process.arch}`;

/** Node of one major version, from the npm registry, or the one that runs this. */
export const node = (major) => ({
  name: `Node ${major}`,
  find() {
    const own = process.versions.node.split(".")[0] === String(major);
    return own ? { path: process.execPath } : binary(`node${major}-${MACHINE}`, "bin/node");
  },
  async version({ path }) {
    return (await run(path, ["--version"])).stdout.trim().slice(1);
  },
  run: ({ path }, folder) => inProcess(path, [], folder),
});

/** Deno with the one permission that its workers need, to read their own files: the package needs none. */
export const deno = {
  name: "Deno",
  find: () => binary(`@deno/${MACHINE}${process.platform === "linux" ? "-glibc" : ""}`, "deno"),
  version: ({ from }) => packageVersion(from),
  run: ({ path }, folder) => inProcess(path, ["run", "--quiet", "--no-lock", "--allow-read=."], folder),
};

export const bun = {
  name: "Bun",
  find: () => binary(`@oven/bun-${MACHINE.replace("arm64", "aarch64")}`, "bin/bun"),
  version: ({ from }) => packageVersion(from),
  run: ({ path }, folder) => inProcess(path, ["run"], folder),
};

async function inProcess(path, options, folder) {
  const environment = { DENO_DIR: `${folder}/.deno`, DENO_NO_UPDATE_CHECK: "1", DO_NOT_TRACK: "1", NODE_OPTIONS: "" };
  const { stdout } = await run(path, [...options, "process.mjs"], {
    cwd: folder,
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
    timeout: LIMIT,
  });
  return JSON.parse(stdout);
}
