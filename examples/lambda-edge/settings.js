// Lambda@Edge has no environment variables: these travel in the function's code.

/** As registered with AWS Marketplace. */
export const PRODUCT_CODE = "container0000000000000001";

/** By public key version. */
export const PUBLIC_KEYS = { 1: "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----" };

/** Signs nonces. Make your own, keep it out of the repository: `openssl rand -hex 32`. */
export const NONCE_SECRET = "";
