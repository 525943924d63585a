// As registered with AWS Marketplace: neither is a secret.

export const PRODUCT_CODE = "container0000000000000001";

/** By public key version. */
export const PUBLIC_KEYS = { 1: "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----" };
