import { importSPKI, jwtVerify } from "jose";

import { expectClaims } from "../claims.mjs";

export async function jose(host, expected) {
  const key = await importSPKI(expected.pem, "PS256");
  const options = {
    algorithms: ["PS256"],
    typ: "JWT",
    clockTolerance: 60,
    currentDate: new Date(expected.now * 1000),
  };
  return {
    name: `jose ${host.versions.jose} sequential`,
    note: "jwtVerify with an imported key, awaited one by one; also looks at exp and nbf",
    asynchronous: true,
    async verify(token, nonce) {
      const { payload } = await jwtVerify(token, key, options);
      return expectClaims(payload, expected, nonce);
    },
  };
}
