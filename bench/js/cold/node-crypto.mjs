import { nodeCrypto } from "../subjects/verify/node-crypto.mjs";

export const first = (input) =>
  nodeCrypto({ versions: {} }, input).verify(input.tokens[0], input.nonces[0]);
