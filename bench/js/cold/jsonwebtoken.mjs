import { jsonWebToken } from "../subjects/verify/jsonwebtoken.mjs";

export const first = (input) =>
  jsonWebToken({ versions: {} }, input).verify(input.tokens[0], input.nonces[0]);
