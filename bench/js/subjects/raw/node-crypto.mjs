import { constants, createPublicKey, publicDecrypt } from "node:crypto";

import { numberOf } from "../verify/bigint.mjs";

export function nodeCryptoPower(_host, expected) {
  const key = { key: createPublicKey(expected.pem), padding: constants.RSA_NO_PADDING };
  return {
    name: "node:crypto publicDecrypt",
    note: "without padding; a Buffer in and out",
    run: (signature) => publicDecrypt(key, signature),
    power: (signature) => numberOf(publicDecrypt(key, signature)),
  };
}
