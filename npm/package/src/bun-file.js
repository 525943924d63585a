// Reads a file of this package in Bun.

import { readFileSync } from "node:fs";

import { ConfigurationError } from "./errors.js";

/** The bytes at what an import of the file answered: in the output of `bun build` a path beside it. */
export function read(path) {
  try {
    return readFileSync(path.startsWith(".") ? new URL(path, import.meta.url) : path);
  } catch (cause) {
    const message =
      `the WebAssembly file ${path} could not be read: \`bun build\` puts it beside its output, where ` +
      `\`--public-path\` must not name another place (${cause.message})`;
    throw new ConfigurationError({ code: "init_failed", message }, { cause });
  }
}
