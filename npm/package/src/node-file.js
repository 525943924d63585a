// Reads a file of this package in Node.

import { ConfigurationError } from "./errors.js";

/**
 * The bytes at an address beside the entry. `import "node:fs"` would take as long as the whole
 * engine does: Node makes the module's list of exports then. `getBuiltinModule` has no list.
 */
export function read(address) {
  try {
    return process.getBuiltinModule("node:fs").readFileSync(address);
  } catch (cause) {
    throw new ConfigurationError({ code: "init_failed", message: remedy(address, cause) }, { cause });
  }
}

function remedy({ pathname }, cause) {
  if (process.getBuiltinModule === undefined) {
    return `this is Node.js ${process.versions.node}: use 20.16 or newer`;
  }
  return (
    `the WebAssembly file ${pathname} could not be read: a bundler has to copy the package's ` +
    `folder wasm/ along, or to leave the package external (${cause.message})`
  );
}
