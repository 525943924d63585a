// Finds the engines. Each function answers `{ command }`, or `{ remedy }` where the engine is
// not there: a sentence that says what to do.

import { accessSync, chmodSync, constants, existsSync } from "node:fs";

import { HERE, PACKAGE } from "../places.mjs";

const MACHINE = `${process.platform}-${process.arch}`;

const CHROMIUM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export function findNode(major) {
  const own = Number(process.versions.node.split(".")[0]) === major;
  if (own) return ready({ command: [process.execPath] });
  return fromPackage(`node${major}-${MACHINE}`, "bin/node", []);
}

export function findDeno() {
  const libc = process.platform === "linux" ? "-glibc" : "";
  return fromPackage(`@deno/${MACHINE}${libc}`, "deno", ["run", "--quiet", "--allow-all", "--no-lock"]);
}

export function findBun() {
  return fromPackage(`@oven/bun-${MACHINE.replace("arm64", "aarch64")}`, "bin/bun", ["run"]);
}

export function findChromium() {
  const path = process.env.CHROMIUM ?? CHROMIUM.find(existsSync);
  return path !== undefined && existsSync(path)
    ? ready({ command: [path] })
    : { remedy: "install Chromium or Chrome, or name it in the variable CHROMIUM" };
}

function fromPackage(name, file, options) {
  const path = `${HERE}node_modules/${name}/${file}`;
  if (!existsSync(path)) {
    return {
      remedy: existsSync(`${HERE}node_modules`)
        ? `package.json names no package ${name} for this machine (${MACHINE})`
        : "run `npm ci` in bench/js",
    };
  }
  // Some registries' mirrors drop the bit that an install script would have set.
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755);
  }
  return ready({ command: [path, ...options] });
}

/** An engine is of no use without the peers and the package. */
function ready(engine) {
  if (!existsSync(`${HERE}node_modules`)) return { remedy: "run `npm ci` in bench/js" };
  if (!existsSync(`${PACKAGE}/package.json`)) return { remedy: "run `cargo xtask npm` first" };
  return engine;
}
