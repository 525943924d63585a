// WebCrypto with a key imported once, awaited one by one.

import { decode, decodeJson } from "../base64url.mjs";
import { expectClaims, parts } from "../claims.mjs";

const PSS = { name: "RSA-PSS", saltLength: 32 };

export async function webCrypto(_host, expected) {
  const key = await crypto.subtle.importKey(
    "jwk",
    expected.jwk,
    { name: "RSA-PSS", hash: "SHA-256" },
    false,
    ["verify"],
  );
  const utf8 = new TextEncoder();
  return {
    name: "WebCrypto sequential",
    note: "crypto.subtle.verify, JSON.parse and the claims compared; no strictness beyond that",
    asynchronous: true,
    async verify(token, nonce) {
      const { input, payload, signature } = parts(token, decodeJson);
      if (!(await crypto.subtle.verify(PSS, key, decode(signature), utf8.encode(input)))) {
        throw new Error("signature");
      }
      return expectClaims(decodeJson(payload), expected, nonce);
    },
  };
}
