// Where things are that are not source of this folder.

import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** This folder: the programs, and the peers below `node_modules`. */
export const HERE = at("./");
export const KEYS = at("../keys/");
export const DATA = at("../data/");
/** The versions of crates that are compared. */
export const BENCH_CRATES = at("../Cargo.toml");
const TARGET = process.env.CARGO_TARGET_DIR ?? at("../../target");
/** The npm package as it is published, with its WebAssembly files. */
export const PACKAGE = `${TARGET}/npm/package`;
/** WebAssembly that the native side of the benchmark builds for comparison. */
export const COMPARED_WASM = `${TARGET}/bench`;
/** What this folder's programs make for themselves; may be deleted at any time. */
export const SCRATCH = `${TARGET}/bench/js`;
