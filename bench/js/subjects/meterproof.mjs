// The package, once with each of its WebAssembly files. Which one runs is forced here; a user's
// program gets the one that its engine can run.

/** How the package's variants are named in results. */
export const VARIANTS = ["simd", "scalar"];

/** One call for each token. */
export const meterproofVerify = (variant) => async (host, expected) => {
  const verifier = await verifierOf(host, variant, expected);
  const now = expected.now * 1000;
  return {
    name: `meterproof ${variant}`,
    note: "also refuses duplicate names, stray base64url bits and critical headers",
    verify: (token, nonce) => verifier.verify(token, { nonce, now }),
  };
};

/** One call for all tokens. */
export const meterproofMany = (variant) => async (host, expected) => {
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

async function verifierOf(host, variant, { productCode, pem }) {
  const { createVerifier } = await host.loadPackage("verify", variant);
  return createVerifier({ productCode, keys: { 1: pem } });
}
