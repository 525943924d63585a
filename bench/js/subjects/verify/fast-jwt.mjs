import { createVerifier } from "fast-jwt";

import { expectClaims } from "../claims.mjs";

export function fastJwt(host, expected) {
  const verifier = createVerifier({
    key: expected.pem,
    algorithms: ["PS256"],
    cache: false,
    checkTyp: "JWT",
    clockTimestamp: expected.now * 1000,
  });
  return {
    name: `fast-jwt ${host.versions["fast-jwt"]} sync`,
    note: "cache off: a RegisterUsage token is shown once; node:crypto below it",
    verify: (token, nonce) => expectClaims(verifier(token), expected, nonce),
  };
}
