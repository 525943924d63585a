// The package under test. Its modules hold one WebAssembly instance each, so that two variants
// in one process need two copies of the modules.

import { cpSync, rmSync } from "node:fs";

import { PACKAGE, SCRATCH } from "../places.mjs";
import { VARIANTS } from "../subjects/meterproof.mjs";

/** Where the copies are. */
export const copyOf = (variant) => `${SCRATCH}/package/${variant}`;

/** Where `import "meterproof"` finds the package as a user's program would. */
export const CONSUMER = `${SCRATCH}/consumer`;

/** Takes fresh copies of the package as it was last built. */
export function copyPackage() {
  for (const to of [...VARIANTS.map(copyOf), `${CONSUMER}/node_modules/meterproof`]) {
    rmSync(to, { recursive: true, force: true });
    cpSync(PACKAGE, to, { recursive: true });
  }
}

/** The WebAssembly file of an entry, below the package's folder. */
export const wasmOf = (entry, variant) =>
  `wasm/${entry === "verify" ? "verify" : "full"}.${variant}.wasm`;
