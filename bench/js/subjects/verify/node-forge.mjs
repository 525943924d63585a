// All in JavaScript: big numbers of 28-bit digits, SHA-256 too. Knows no JWS.

import forge from "node-forge";

import { decode, decodeJson } from "../base64url.mjs";
import { expectClaims, parts } from "../claims.mjs";

/** Forge's bytes are strings; its own decoder wants padding and is slower. */
const fromBase64url = (text) => String.fromCharCode(...decode(text));

export function nodeForge(host, expected) {
  const key = forge.pki.publicKeyFromPem(expected.pem);
  const pss = forge.pss.create({
    md: forge.md.sha256.create(),
    mgf: forge.mgf.mgf1.create(forge.md.sha256.create()),
    saltLength: 32,
  });
  return {
    name: `node-forge ${host.versions["node-forge"]}`,
    note: "all in JavaScript",
    verify(token, nonce) {
      const { input, payload, signature } = parts(token, decodeJson);
      const digest = forge.md.sha256.create().update(input).digest().bytes();
      if (!key.verify(digest, fromBase64url(signature), pss)) throw new Error("signature");
      return expectClaims(decodeJson(payload), expected, nonce);
    },
  };
}
