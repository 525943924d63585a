import { isObject } from "./json.js";

const PEM = /^-----BEGIN [A-Z0-9 ]{3,40}-----/;
const PRIVATE_PEM = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/;

/** A public key, PEM or JWK: it goes to the token view's key field, where the package judges it. */
export function keyText(value, text) {
  if (isPrivateJwk(value)) return PRIVATE;
  if (!PEM.test(text.trim()) && !(isObject(value) && value.kty !== undefined)) return null;
  return { kind: "public-key", view: "token", text, line: "A public key. It is in the key field, judged by itself." };
}

/** Text with a private key in it, wherever it stands: it goes nowhere. */
export const privateKey = (text) => (PRIVATE_PEM.test(text) ? PRIVATE : null);

const PRIVATE = {
  kind: "private-key",
  view: null,
  line: "This is a private key. Paste it nowhere, nor here: it was put into no field. To check a token, the public key of your product is needed, which AWS gives you.",
};

/** Members of a private or a symmetric key (RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1), alone or in a set. */
function isPrivateJwk(value) {
  if (!isObject(value)) return false;
  if (Array.isArray(value.keys)) return value.keys.some((key) => isObject(key) && key.kty !== undefined && isPrivateJwk({ ...key, keys: null }));
  return value.kty !== undefined && ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].some((name) => name in value);
}
