// Verifiers of tokens. Everything is read from the arguments before the engine is passed the
// first byte: getters and iterators of the caller may call in here again.

import * as argument from "./arguments.js";
import { ConfigurationError, VerifyError } from "./errors.js";

const CONFIGURATION = ["productCode", "keys", "leewaySeconds", "maxTokenLength"];
const EXPECTATIONS = ["nonce", "now"];

/** Which verifier of which engine an object stands for; for what extends {@link Verifier}. */
export let inside;

/** One product's verifier; its memory in the engine is freed when it is garbage-collected. */
export class Verifier {
  #engine;
  #number;
  #productCode;

  static {
    inside = (verifier) => ({ engine: verifier.#engine, number: verifier.#number });
  }

  constructor(engine, configuration) {
    const { productCode, keys, leewaySeconds, maxTokenLength } = argument.options(
      configuration,
      "the configuration",
      CONFIGURATION,
    );
    const product = argument.text(productCode, "productCode", "invalid_product_code");
    const fields = [product, ...argument.keys(keys).flat()];
    const leeway = argument.wholeNumber(
      leewaySeconds,
      "leewaySeconds",
      "invalid_leeway_seconds",
      0,
      argument.MAX_LEEWAY_SECONDS,
    );
    const limit = argument.wholeNumber(
      maxTokenLength,
      "maxTokenLength",
      "invalid_max_token_length",
      1,
      argument.MAX_TOKEN_LENGTH,
    );
    const made = engine.call("verifier", engine.writeFields(fields), leeway ?? -1, limit ?? -1);
    if (made === 0) throw engine.error();
    this.#engine = engine;
    this.#number = made - 1;
    this.#productCode = product;
    engine.freeWith(this, this.#number);
  }

  verify(token, options) {
    const { nonce, now } = expectations(options);
    return this.#verified(token, nonce, now);
  }

  verifyMany(tokens, options) {
    const { nonce, now } = expectations(options);
    const list = argument.tokens(tokens);
    expectNonce(this.#engine, nonce);
    return Array.from(list, (item) => {
      try {
        const listed = argument.listed(item, nonce);
        return { registration: this.#verified(listed.token, listed.nonce, now) };
      } catch (error) {
        // Neither a stopped engine nor what the caller's own getter throws is about the token.
        if (error instanceof VerifyError || error instanceof ConfigurationError) return { error };
        throw error;
      }
    });
  }

  #verified(token, nonce, now) {
    const length = argument.tokenLength(token);
    const engine = this.#engine;
    expectNonce(engine, nonce);
    const version =
      length > argument.MAX_TOKEN_INPUT_LENGTH
        ? engine.call("verify_too_long", this.#number, length)
        : engine.verify(this.#number, argument.pass(token, engine), now);
    if (version === 0) throw engine.error();
    return {
      productCode: this.#productCode,
      publicKeyVersion: version,
      nonce,
      issuedAt: date(engine.reported(0)),
      publicKeyRotationTimestamp: date(engine.reported(1)),
    };
  }
}

/** What a token is held against. */
export function expectations(options) {
  const { nonce, now } = argument.options(options, "the options object", EXPECTATIONS);
  return { nonce: argument.nonce(nonce), now: argument.now(now) };
}

/** Tells the engine what tokens must say about the nonce, unless it knows. */
export function expectNonce(engine, nonce) {
  if (engine.nonce === nonce) return;
  if (nonce === null) engine.call("expect_no_nonce");
  else if (engine.call("expect_nonce", engine.writeText(nonce)) === 0) throw engine.error();
  engine.nonce = nonce;
}

/** Size and fingerprint of a public key. */
export function publicKey(engine, key) {
  const text = argument.text(key, "the key", "invalid_key_type");
  return engine.ask("public_key", engine.writeText(text));
}

/** A time of the engine; none is NaN in its report and `null` in its JSON. */
export function date(milliseconds) {
  return milliseconds === null || Number.isNaN(milliseconds) ? null : new Date(milliseconds);
}
