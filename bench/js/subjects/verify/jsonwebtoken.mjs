import { createPublicKey } from "node:crypto";

import jsonwebtoken from "jsonwebtoken";

import { expectClaims } from "../claims.mjs";

export function jsonWebToken(host, expected) {
  const key = createPublicKey(expected.pem);
  const options = { algorithms: ["PS256"], clockTimestamp: expected.now, clockTolerance: 60 };
  return {
    name: `jsonwebtoken ${host.versions.jsonwebtoken}`,
    note: "does not look at typ; node:crypto below it",
    verify: (token, nonce) =>
      expectClaims(jsonwebtoken.verify(token, key, options), expected, nonce),
  };
}
