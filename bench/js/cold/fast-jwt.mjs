import { fastJwt } from "../subjects/verify/fast-jwt.mjs";

export const first = (input) =>
  fastJwt({ versions: {} }, input).verify(input.tokens[0], input.nonces[0]);
