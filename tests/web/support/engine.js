// The package's engine without a browser, as the worker of the page uses it.
import { readFileSync } from "node:fs";
import { check, initSync, plan, rulesWindow, validate } from "../../../target/npm/package/index.js";

initSync(readFileSync(new URL("../../../target/npm/package/wasm/full.simd.wasm", import.meta.url)));

export const engine = { check, validate, plan, rulesWindow };
