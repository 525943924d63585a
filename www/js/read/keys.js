import { isObject } from "./json.js";

const PEM = /^-----BEGIN [A-Z0-9 ]{3,40}-----/;

/** A public key, PEM or JWK: it goes to the token view's key field, where the package judges it. */
export function keyText(value, text) {
  if (!PEM.test(text.trim()) && !(isObject(value) && value.kty !== undefined)) return null;
  return { kind: "public-key", view: "token", text, line: "A public key. It is in the key field, judged by itself." };
}
