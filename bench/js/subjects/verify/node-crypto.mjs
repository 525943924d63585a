// The engine's native library (OpenSSL, or BoringSSL in Bun), called synchronously.

import { constants, createPublicKey, verify as verifySignature } from "node:crypto";

import { decode, decodeJson } from "../base64url.mjs";
import { expectClaims, parts } from "../claims.mjs";

export function nodeCrypto(_host, expected) {
  const key = {
    key: createPublicKey(expected.pem),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  };
  return {
    name: "node:crypto sync",
    note: "no strictness about base64url or duplicate names",
    verify(token, nonce) {
      const { input, payload, signature } = parts(token, decodeJson);
      if (!verifySignature("sha256", Buffer.from(input), key, decode(signature))) {
        throw new Error("signature");
      }
      return expectClaims(decodeJson(payload), expected, nonce);
    },
  };
}
