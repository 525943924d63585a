// The public functions. Each one reads its arguments, calls the engine once, and gives the
// answer its JavaScript types.

import * as argument from "./arguments.js";
import { call, run } from "./engine.js";
import * as engine from "./wasm/meterproof.js";

export {
  ConfigurationError,
  EngineError,
  KeyError,
  MeterproofError,
  VerifyError,
} from "./errors.js";

/** Makes a verifier of RegisterUsage signatures for one product. */
export function createVerifier(configuration) {
  const { productCode, keys, leewaySeconds, maxTokenLength } = argument.options(
    configuration,
    "the configuration",
    ["productCode", "keys", "leewaySeconds", "maxTokenLength"],
  );
  const wire = JSON.stringify({
    productCode: argument.text(productCode, "productCode", "invalid_product_code"),
    keys: argument.keys(keys),
    leewaySeconds: argument.wholeNumber(
      leewaySeconds,
      "leewaySeconds",
      "invalid_leeway_seconds",
      0,
      argument.MAX_LEEWAY_SECONDS,
    ),
    maxTokenLength: argument.wholeNumber(
      maxTokenLength,
      "maxTokenLength",
      "invalid_max_token_length",
      1,
      argument.MAX_TOKEN_LENGTH,
    ),
  });
  return new Verifier(run(() => new engine.Verifier(wire)));
}

/** One product's verifier; its memory in the engine is freed when it is garbage-collected. */
class Verifier {
  #engine;

  constructor(handle) {
    this.#engine = handle;
  }

  verify(token, options) {
    return registration(this.#ask("verify", token, options));
  }

  diagnose(token, options) {
    const diagnosis = this.#ask("diagnose", token, options);
    if (diagnosis.registration) diagnosis.registration = registration(diagnosis.registration);
    return diagnosis;
  }

  #ask(question, token, options) {
    const { nonce, now } = argument.options(options, "the options", ["nonce", "now"]);
    const wire = JSON.stringify({ nonce: argument.nonce(nonce), now: argument.now(now) });
    const length = argument.inputLength(token, "the token", "invalid_token_type");
    // What is beyond any limit is never copied into the engine: only its length is.
    const bytes =
      length > argument.MAX_TOKEN_INPUT_LENGTH ? new Uint8Array(0) : argument.bytes(token);
    return call(() => this.#engine[question](bytes, Math.max(length, bytes.length), wire));
  }
}

/** Every violation of AWS's rules in a usage document, and the records that have none. */
export function validate(document, options = {}) {
  const { rules, dimensions, now } = argument.options(options, "the options", [
    "rules",
    "dimensions",
    "now",
  ]);
  const { bytes, offsets } = argument.document(document);
  const wire = JSON.stringify({
    rules: edition(rules),
    dimensions: argument.dimensions(dimensions),
    now: argument.now(now),
    offsets,
  });
  return call(() => engine.validate(bytes, wire));
}

/** The BatchMeterUsage requests that a document's records would be sent in. */
export function plan(document, options = {}) {
  const { rules, dimensions, now, productCode } = argument.options(options, "the options", [
    "rules",
    "dimensions",
    "now",
    "productCode",
  ]);
  const { bytes } = argument.document(document);
  const wire = JSON.stringify({
    rules: edition(rules),
    dimensions: argument.dimensions(dimensions),
    now: argument.now(now),
    productCode:
      productCode === undefined
        ? undefined
        : argument.text(productCode, "productCode", "invalid_product_code"),
  });
  return call(() => engine.plan(bytes, wire));
}

/** Size and fingerprint of a public key. */
export function publicKey(key) {
  const text = argument.text(key, "the key", "invalid_key_type");
  return call(() => engine.publicKey(text));
}

/** The times of usage that would be accepted. */
export function rulesWindow(options = {}) {
  const { rules, now } = argument.options(options, "the options", ["rules", "now"]);
  const wire = JSON.stringify({ rules: edition(rules), now: argument.now(now) });
  return call(() => engine.rulesWindow(wire));
}

/** Every code that this version can answer or throw, and the names of the checks. */
export function codes() {
  return call(() => engine.codes());
}

function edition(rules) {
  return rules === undefined ? "current" : argument.text(rules, "rules", "invalid_rules");
}

function registration(answer) {
  return {
    ...answer,
    issuedAt: date(answer.issuedAt),
    publicKeyRotationTimestamp: date(answer.publicKeyRotationTimestamp),
  };
}

function date(milliseconds) {
  return milliseconds === null ? null : new Date(milliseconds);
}
