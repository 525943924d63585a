import { asSentence } from "../shell/dom.js";
import { PRODUCT_CODE, PUBLIC_KEY } from "./stand-in.js";

/**
 * The diagnosis of what is given so far. `waiting` names the checks that need an input not given yet, and which; `problems` says
 * which fields hold what cannot be used.
 */
export function diagnose(engine, { text, keys, problem, product, leeway, choice, nonce, now }) {
  const waiting = new Map();
  const problems = {};
  const usable = Object.keys(keys).length > 0;
  const trusted = usable ? keys : { 1: PUBLIC_KEY };
  const wanted = choice === "not-sent" ? null : choice === "exactly" && nonce !== "" ? nonce : undefined;

  let verifier = null;
  if (product !== undefined) {
    try {
      verifier = engine.createVerifier({ productCode: product, keys: trusted, leewaySeconds: leeway });
    } catch (error) {
      problems.product = asSentence(error.message);
    }
  }
  if (verifier === null) {
    waiting.set("product_code", product === undefined ? "the product code" : "a product code that can be used");
    verifier = engine.createVerifier({ productCode: PRODUCT_CODE, keys: trusted, leewaySeconds: leeway });
  }
  if (wanted === undefined) {
    waiting.set("nonce", choice === "exactly" ? "the nonce" : "the choice of nonce: exactly one, or not sent");
  }

  let diagnosis;
  try {
    diagnosis = verifier.diagnose(text, { nonce: wanted ?? null, now });
  } catch (error) {
    problems.nonce = asSentence(error.message);
    waiting.set("nonce", "a nonce that can be used");
    diagnosis = verifier.diagnose(text, { nonce: null, now });
  }
  // A key that cannot be used may be the one that is needed.
  const signed = diagnosis.checks.some(({ name, status }) => name === "signature" && status === "pass");
  if (!usable || (problem !== null && !signed)) {
    const why = problem ?? "the public key";
    return { diagnosis, problems, waiting: new Map([["key", why], ["signature", why], ...waiting]) };
  }
  return { diagnosis, problems, waiting };
}
