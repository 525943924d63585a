// An example as a seller has it: copied, with the packed package installed.

import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const here = fileURLToPath(new URL("..", import.meta.url));
const root = join(here, "../..");

const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const tools = join(here, "node_modules");
const { version } = read(join(root, "npm/package/package.json"));

/**
 * Copies an example and installs the tarball in the copy. Answers its folder, which is removed
 * when this process ends. Whatever else the example depends on is that of this folder's lock file,
 * which has to have the versions that the example asks for.
 */
export function install(name) {
  const folder = emptyFolder(name);
  const isSource = (path) => !/[/\\](node_modules|dist|\.wrangler|function\.zip|public[/\\]meterproof)$/.test(path);
  cpSync(join(root, "examples", name), folder, { recursive: true, filter: isSource });

  const manifest = read(join(folder, "package.json"));
  const { meterproof, ...others } = { ...manifest.dependencies, ...manifest.devDependencies };
  if (meterproof !== undefined) {
    agree(name, "meterproof", meterproof, version);
    installPackage(folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  }
  for (const [tool, wanted] of Object.entries(others)) {
    agree(name, tool, wanted, read(join(tools, tool, "package.json")).version);
    const link = join(folder, "node_modules", tool);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(tools, tool), link, "dir");
  }
  return folder;
}

function agree(example, dependency, wanted, there) {
  if (wanted === there) return;
  throw new Error(`examples/${example} wants ${dependency} ${wanted}, the tests have ${there}`);
}

/** A folder that is removed when this process ends. */
export function emptyFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `meterproof-${name}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Installs the tarball, and nothing else, in a folder. */
export function installPackage(folder) {
  const manifest = { private: true, type: "module", dependencies: { meterproof: `file:${tarball()}` } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  npm(folder, "install", "--offline", "--silent", "--no-audit", "--no-fund", "--no-package-lock");
}

/** Runs npm in a folder. */
export function npm(folder, ...words) {
  return execFileSync("npm", words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** A script of the example's package.json. */
export function script(folder, name) {
  return read(join(folder, "package.json")).scripts[name];
}

/** Where the packages of the engines have their executables, in the folder that installs them. */
const ENGINES = { deno: ["@deno", "deno"], bun: ["@oven", "bin/bun"] };

/** The executable of an engine, of tests/engines. */
export function engine(name) {
  const [scope, executable] = ENGINES[name];
  const folder = join(here, "../engines/node_modules", scope);
  const packages = existsSync(folder) ? readdirSync(folder) : [];
  const found = packages.map((each) => join(folder, each, executable)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(`${name} is not there: run npm ci in tests/engines`);
}

/** Something that cargo has built. */
export const built = (path) => join(resolve(root, process.env.CARGO_TARGET_DIR ?? "target"), path);

function tarball() {
  const path = process.env.METERPROOF_TARBALL ?? built(`npm/meterproof-${version}.tgz`);
  if (existsSync(path)) return path;
  throw new Error(`${path} is not there: make it with \`cargo xtask npm\``);
}
