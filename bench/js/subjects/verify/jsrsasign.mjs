// All in JavaScript.

import jsrsasign from "jsrsasign";

import { expectClaims } from "../claims.mjs";

const { KEYUTIL, KJUR, b64utoutf8 } = jsrsasign;

export function jsRsaSign(host, expected) {
  const key = KEYUTIL.getKey(expected.pem);
  return {
    name: `jsrsasign ${host.versions.jsrsasign}`,
    note: "all in JavaScript; does not look at typ",
    verify(token, nonce) {
      if (!KJUR.jws.JWS.verify(token, key, ["PS256"])) throw new Error("signature");
      return expectClaims(JSON.parse(b64utoutf8(token.split(".")[1])), expected, nonce);
    },
  };
}
