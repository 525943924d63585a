// The entry for browsers and for every other host: call `await init()` once, then the same
// synchronous functions as in Node.

export { load as init } from "./engine.js";
export * from "./api.js";
