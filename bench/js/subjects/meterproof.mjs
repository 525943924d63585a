// The package, once with each of its WebAssembly files. Which one runs is forced here; a user's
// program gets the fastest that its engine can run, or in a browser the smaller of the first two.

import { hasRelaxedSimd } from "./relaxed-simd.mjs";

/** How the package's variants are named in results. */
export const VARIANTS = ["relaxed", "simd", "scalar"];

/** One call for each token; `null` where the engine cannot run the variant. */
export const meterproofVerify = (variant) => async (host, expected) => {
  if (!runs(variant)) return null;
  const verifier = await verifierOf(host, variant, expected);
  const now = expected.now * 1000;
  return {
    name: `meterproof ${variant}`,
    note: "also refuses duplicate names, stray base64url bits and critical headers",
    verify: (token, nonce) => verifier.verify(token, { nonce, now }),
  };
};

/** One call for all tokens; `null` where the engine cannot run the variant. */
export const meterproofMany = (variant) => async (host, expected) => {
  if (!runs(variant)) return null;
  const verifier = await verifierOf(host, variant, expected);
  const options = { nonce: expected.bulk.nonce, now: expected.now * 1000 };
  return {
    name: `meterproof ${variant} verifyMany(${expected.bulk.tokens.length})`,
    note: "on one core",
    outcomes: (tokens) =>
      verifier.verifyMany(tokens, options).map(({ registration }) => registration !== undefined),
    verifyAll(tokens) {
      for (const { error } of verifier.verifyMany(tokens, options)) if (error) throw error;
    },
  };
};

/** Bytes of a document to its report. */
export const meterproofUsage = (variant, question) => async (host, { now }) => {
  const api = await host.loadPackage("index", variant);
  const ask = api[question];
  const options = { now: now * 1000 };
  return {
    name: question === "check" ? `meterproof ${variant}` : `meterproof ${variant} ${question}`,
    note:
      question === "check"
        ? "every rule of AWS's, also those that no schema can say: duplicates, sums, times; places of violations"
        : "as check, and the records themselves",
    accepts: (document) => ask(document, options).verdict === "accepted",
  };
};

const runs = (variant) => variant !== "relaxed" || hasRelaxedSimd();

async function verifierOf(host, variant, { productCode, pem }) {
  const { createVerifier } = await host.loadPackage("verify", variant);
  return createVerifier({ productCode, keys: { 1: pem } });
}
