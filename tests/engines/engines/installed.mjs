// What `npm ci` brings: whole engines in packages.

import { accessSync, chmodSync, constants, existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MODULES = fileURLToPath(new URL("../node_modules/", import.meta.url));

/** No engine takes longer, in milliseconds, unless it hangs. */
export const LIMIT = 180_000;

/** `{ path, from }` of a program in a package, or `{ remedy }` where it is not there. */
export function binary(from, file) {
  const path = `${MODULES}${from}/${file}`;
  if (!existsSync(path)) {
    return {
      remedy: existsSync(MODULES)
        ? `package.json of tests/engines names no package ${from} for this machine`
        : "run `npm ci` in tests/engines",
    };
  }
  // Some registries' mirrors drop the bit that an install script would have set.
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755);
  }
  return { path, from };
}

/** A package that is imported, or a remedy. */
export const library = (from) =>
  existsSync(`${MODULES}${from}/package.json`) ? { from } : { remedy: "run `npm ci` in tests/engines" };

export const packageVersion = (from) => JSON.parse(readFileSync(`${MODULES}${from}/package.json`, "utf8")).version;
