// The two verifiers, asked the same question: this product, these keys, this nonce, this time.

import { decodeJwt, importSPKI, jwtVerify } from "jose";

import { NOW, PRODUCT } from "./shapes.mjs";

/**
 * Registrations by jose, with the checks that a careful program adds: it takes the key of the
 * version that the token names, pins PS256, and compares product code and nonce in whichever of
 * the two spellings they come.
 */
export async function withJose(keys) {
  const byVersion = new Map();
  for (const [version, { pem }] of Object.entries(keys)) byVersion.set(Number(version), await importSPKI(pem, "PS256"));
  const options = { algorithms: ["PS256"], currentDate: new Date(NOW * 1000), clockTolerance: 0 };
  const claim = (payload, name) => payload[name] ?? payload[name[0].toUpperCase() + name.slice(1)];
  return async (token, nonce) => {
    try {
      const key = byVersion.get(claim(decodeJwt(token), "publicKeyVersion"));
      if (key === undefined) return false;
      const { payload } = await jwtVerify(token, key, options);
      const sent = claim(payload, "nonce") ?? null;
      return claim(payload, "productCode") === PRODUCT && (sent === "" ? null : sent) === nonce;
    } catch (error) {
      // Every refusal of jose is an error with a code; a TypeError would be a fault of this test.
      if (error?.code === undefined) throw error;
      return false;
    }
  };
}

/** The code of our refusal, or `null`. No leeway, as jose has none above. */
export function withMeterproof({ VerifyError, createVerifier }, keys) {
  const pems = Object.fromEntries(Object.entries(keys).map(([version, { pem }]) => [version, pem]));
  const verifier = createVerifier({ productCode: PRODUCT, keys: pems, leewaySeconds: 0 });
  return (token, nonce) => {
    try {
      verifier.verify(token, { nonce, now: NOW * 1000 });
      return null;
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error;
      return error.code;
    }
  };
}
