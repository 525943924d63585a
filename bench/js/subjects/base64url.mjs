// The quickest decoder that the engine has: peers that bring none are not to lose by ours.

/** Bytes of base64url text without padding. */
export const decode =
  typeof Buffer === "function"
    ? (text) => Buffer.from(text, "base64url")
    : typeof Uint8Array.fromBase64 === "function"
      ? (text) => Uint8Array.fromBase64(text, { alphabet: "base64url" })
      : (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const UTF_8 = new TextDecoder();

/** The JSON that base64url text holds. */
export const decodeJson =
  typeof Buffer === "function"
    ? (text) => JSON.parse(Buffer.from(text, "base64url").toString())
    : (text) => JSON.parse(UTF_8.decode(decode(text)));
