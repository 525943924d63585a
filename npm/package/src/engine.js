// The one place that touches a WebAssembly instance: loading it, passing it what it reads, calling
// it, and knowing when it must not be called any more. npm/src/exports is the other side.

import { ConfigurationError, EngineError, fromEngine } from "./errors.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The smallest room that is asked for: longer than any token as issued. */
const LEAST_ROOM = 4096;

/** A module of one function that uses a 128-bit vector: `(drop (i8x16.splat (i32.const 0)))`. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11,
]);

/** Whether this host runs 128-bit vector instructions, and so the faster one of two files. */
export function hasSimd() {
  return WebAssembly.validate(SIMD_MODULE);
}

/** One of the package's two modules, and its instance once it is loaded. */
export class Engine {
  /** What the engine was last told of the nonce, the rules and the product: it begins with these. */
  nonce = null;
  rules = { edition: "current", dimensions: undefined };
  product = undefined;

  #mark;
  #exports = null;
  #loading = null;
  #failure = null;
  // Views of its memory. They are detached, and empty, once the memory has grown.
  #input = new Uint8Array(0);
  #report = new Float64Array(0);

  // Verifiers are freed between tasks, never in the middle of a call. Cloudflare Workers with a
  // compatibility date before May 2025 have no registry: verifiers stay until the isolate ends.
  #verifiers = globalThis.FinalizationRegistry
    ? new FinalizationRegistry((number) => {
        if (this.#failure === null) this.call("verifier_free", number);
      })
    : null;

  /** @param mark an export that other modules may lack */
  constructor(mark) {
    this.#mark = mark;
  }

  /**
   * Loads the module. Calls after the first one wait for the same loading; after a failure the
   * next call tries again. Where it is loaded, nothing is fetched.
   *
   * @param source where the .wasm is: a URL, a `Request`, a `Response`, bytes, a compiled
   * `WebAssembly.Module`, or a promise of one
   * @param address answers where it is if there is no source
   */
  load(source, address) {
    if (this.#loading === null && this.#exports !== null) return Promise.resolve();
    this.#loading ??= Promise.resolve(source)
      .then((given) => instantiate(given === undefined ? address() : given))
      .then((instance) => this.start(instance))
      .catch((cause) => {
        this.#loading = null;
        throw initFailed(cause);
      });
    return this.#loading;
  }

  /** Loads the module at once, from bytes or compiled. */
  loadSync(source) {
    try {
      const module = isModule(source) ? source : new WebAssembly.Module(source);
      this.start(new WebAssembly.Instance(module));
    } catch (cause) {
      throw initFailed(cause);
    }
  }

  /** Takes an instance into use. The first one stays: objects in use belong to it. */
  start({ exports }) {
    if (typeof exports[this.#mark] !== "function") {
      throw new TypeError("it is another WebAssembly file than the one this version needs");
    }
    this.#exports ??= exports;
  }

  /** Writes a text, half surrogate pairs as U+FFFD, and answers its length in UTF-8. */
  writeText(text) {
    // Room for ASCII first: three times as much is rarely needed.
    const { read, written } = encoder.encodeInto(text, this.#room(text.length));
    if (read === text.length) return written;
    return encoder.encodeInto(text, this.#room(text.length * 3)).written;
  }

  /** Writes as many bytes as are said to be there. */
  writeBytes(bytes, length) {
    // A detached view has no bytes, and cannot be read either.
    if (length > 0) this.#room(length).set(bytes);
    return length;
  }

  /** Writes several values, as npm/src/fields.rs reads them, and answers their length together. */
  writeFields(values) {
    const parts = values.map((value) => (typeof value === "string" ? encoder.encode(value) : value));
    const lengths = parts.map((part) => (typeof part === "number" ? 4 : 4 + part.length));
    const length = lengths.reduce((sum, next) => sum + next, 0);
    const room = this.#room(length);
    const view = new DataView(room.buffer, room.byteOffset, length);
    let at = 0;
    for (const part of parts) {
      const isNumber = typeof part === "number";
      view.setUint32(at, isNumber ? part : part.length, true);
      at += 4;
      if (isNumber) continue;
      room.set(part, at);
      at += part.length;
    }
    return length;
  }

  /**
   * Calls an export.
   *
   * The engine answers every input. What is thrown is a trap, an exhausted memory or an exhausted
   * stack in the middle of its work: its memory may hold half of a change, so it is never called
   * again.
   */
  call(name, first, second, third) {
    if (this.#exports === null) throw notInitialised();
    if (this.#failure !== null) throw stopped(this.#failure);
    try {
      return this.#exports[name](first, second, third);
    } catch (thrown) {
      this.#failure = thrown;
      throw stopped(thrown);
    }
  }

  /** Verifies the token that was written: the version of its key, 0 where it is refused. */
  verify(verifier, length, now) {
    return this.call("verify", verifier, length, now) >>> 0;
  }

  /** Frees a verifier when the object that stands for it is garbage-collected. */
  freeWith(object, verifier) {
    this.#verifiers?.register(object, verifier);
  }

  /** A number that the last call left. */
  reported(index) {
    if (this.#report.length === 0) {
      const at = this.call("report");
      this.#report = new Float64Array(this.#exports.memory.buffer, at, 2);
    }
    return this.#report[index];
  }

  /** The JSON that the last call left, read. */
  answer() {
    const at = this.reported(0);
    const bytes = new Uint8Array(this.#exports.memory.buffer, at, this.reported(1));
    return JSON.parse(decoder.decode(bytes));
  }

  /** The error that the last call left. */
  error() {
    return fromEngine(this.answer());
  }

  /** Calls an export that leaves JSON, or an error where it answers 0. */
  ask(name, first, second, third) {
    if (this.call(name, first, second, third) === 0) throw this.error();
    return this.answer();
  }

  #room(length) {
    if (this.#input.length < length || this.#input.length === 0) {
      const size = Math.max(length, LEAST_ROOM);
      // Two steps: the call may grow the memory, and so replace its buffer. Addresses have no sign.
      const at = this.call("input", size) >>> 0;
      this.#input = new Uint8Array(this.#exports.memory.buffer, at, size);
    }
    return this.#input;
  }
}

async function instantiate(source) {
  const isAddress = typeof source === "string" || isA("URL", source) || isA("Request", source);
  let given = await (isAddress ? fetch(source) : source);
  if (isA("Response", given)) {
    if (!given.ok) throw new Error(`${given.url} answers ${given.status}`);
    const type = given.headers.get("Content-Type") ?? "";
    if (/^application\/wasm\s*($|;)/i.test(type) && WebAssembly.instantiateStreaming) {
      return (await WebAssembly.instantiateStreaming(given)).instance;
    }
    given = await given.arrayBuffer();
  }
  const made = await WebAssembly.instantiate(given);
  return made.instance ?? made;
}

/** Whether it is a compiled module, of this realm or of another one. */
function isModule(value) {
  return Object.prototype.toString.call(value) === "[object WebAssembly.Module]";
}

/** Whether it is an instance of a class that not every host has. */
function isA(name, value) {
  return typeof globalThis[name] === "function" && value instanceof globalThis[name];
}

function notInitialised() {
  return new ConfigurationError({
    code: "not_initialised",
    message: "the engine is not loaded yet: call `await init()` once before this",
  });
}

function initFailed(cause) {
  return new ConfigurationError(
    {
      code: "init_failed",
      message:
        "the WebAssembly file could not be loaded: serve the files of wasm/, and " +
        "allow 'wasm-unsafe-eval' in the script-src of a Content-Security-Policy " +
        `(${describe(cause)})`,
    },
    { cause },
  );
}

function stopped(failure) {
  return new EngineError(
    "engine_stopped",
    `the WebAssembly engine stopped (${describe(failure)}): restart the process or reload the page`,
    { cause: failure },
  );
}

function describe(cause) {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
