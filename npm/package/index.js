// The entry for browsers and for every other host: call `await init()` once, then the same
// synchronous functions as in Node.

import { engine } from "./engine-full.js";

export * from "./api.js";

export const init = (source) => engine.load(source);
export const initSync = (source) => engine.loadSync(source);
