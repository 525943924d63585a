import { jose } from "../subjects/verify/jose.mjs";

export async function first(input) {
  const { verify } = await jose({ versions: {} }, input);
  return verify(input.tokens[0], input.nonces[0]);
}
