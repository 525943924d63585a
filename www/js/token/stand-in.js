// While the product code or the public key is not given yet, these stand in for them, so that the other
// checks can already be made. The checks that compare them are shown as waiting, never as passed or failed.

export const PRODUCT_CODE = "0000000000000000000000000";

/**
 * A public key nobody signs with. Its modulus is 2^2047 + 29, which is few bytes to send: composite, no factor below a
 * million, and its factors are not known.
 */
export const PUBLIC_KEY = JSON.stringify({ kty: "RSA", e: "AQAB", n: `g${"A".repeat(339)}HQ` });
