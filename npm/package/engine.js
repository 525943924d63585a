// The one place that touches the WebAssembly instance: loading it, calling it, and knowing
// when it must not be called any more.

import instantiate, { initSync } from "./wasm/meterproof.js";

import { ConfigurationError, EngineError, fromEngine } from "./errors.js";

let ready = false;
let loading = null;
let failure = null;

/** Instantiates from bytes or a compiled module, at once. */
export function start(module) {
  initSync({ module });
  ready = true;
}

/**
 * Loads the engine. Calls after the first one wait for the same loading; after a failure the
 * next call tries again.
 *
 * @param source where the .wasm is: a URL, a `Response` or a promise of one, bytes, or a
 * compiled `WebAssembly.Module`. Without it, the file beside this module.
 */
export function load(source) {
  loading ??= Promise.resolve(source)
    .then((module_or_path) =>
      module_or_path === undefined ? instantiate() : instantiate({ module_or_path }),
    )
    .then(
      () => {
        ready = true;
      },
      (cause) => {
        loading = null;
        throw new ConfigurationError(
          {
            code: "init_failed",
            message:
              "the WebAssembly file could not be loaded: serve wasm/meterproof_bg.wasm, and " +
              "allow 'wasm-unsafe-eval' in the script-src of a Content-Security-Policy " +
              `(${describe(cause)})`,
          },
          { cause },
        );
      },
    );
  return loading;
}

/**
 * Calls into the engine and reads the JSON it answers.
 *
 * The engine answers every input, and throws only a JSON text that describes one of our
 * errors. Anything else is a trap, an exhausted memory or an exhausted stack in the middle of
 * its work: its memory may hold half of a change, so it is never called again.
 */
export function call(work) {
  return JSON.parse(run(work));
}

/** Like {@link call}, for work that answers an object of the engine instead of a text. */
export function run(work) {
  if (!ready) {
    throw new ConfigurationError({
      code: "not_initialised",
      message: "the engine is not loaded yet: call `await init()` once before this",
    });
  }
  if (failure !== null) throw stopped();
  try {
    return work();
  } catch (thrown) {
    if (typeof thrown === "string") throw fromEngine(JSON.parse(thrown));
    failure = thrown;
    throw stopped();
  }
}

function stopped() {
  return new EngineError(
    "engine_stopped",
    `the WebAssembly engine stopped (${describe(failure)}): restart the process or reload the page`,
    { cause: failure },
  );
}

function describe(cause) {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
