// What every peer's answer is held against, so that all do the work that the package does.

const LEEWAY = 60;

/** The claims, if they are this product's, for this nonce, by key version 1, and not of the future. */
export function expectClaims(claims, { productCode, now }, nonce) {
  if (
    claims.productCode !== productCode ||
    claims.nonce !== nonce ||
    claims.publicKeyVersion !== 1 ||
    typeof claims.iat !== "number" ||
    claims.iat > now + LEEWAY
  ) {
    throw new Error("other claims");
  }
  return claims;
}

/** The three parts of a token whose header names PS256 and a JWT; for peers that know no JWS. */
export function parts(token, decodeJson) {
  const first = token.indexOf(".");
  const last = token.lastIndexOf(".");
  const header = decodeJson(token.slice(0, first));
  if (header.alg !== "PS256" || header.typ !== "JWT" || header.crit !== undefined) {
    throw new Error("another algorithm or type");
  }
  return {
    input: token.slice(0, last),
    payload: token.slice(first + 1, last),
    signature: token.slice(last + 1),
  };
}
