// Samples are signed with a key made here at the click and kept in memory alone: no private key ships with the page.

const PRODUCT = "samplecontainer0000000001";
const utf8 = (text) => new TextEncoder().encode(text);

let keyPair = null;
let refusals = 0;

/** What goes into the fields: a token that verifies ("good"), or the next of several that do not ("bad"). */
export async function tokenSample(kind) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) throw new Error("this browser signs only on https or localhost. Paste a token of your own.");
  keyPair ??= await subtle.generateKey(
    { name: "RSA-PSS", modulusLength: 3072, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" }, false, ["sign", "verify"]);

  const nonce = crypto.randomUUID();
  const claims = { productCode: PRODUCT, publicKeyVersion: 1, nonce, iat: Math.floor(Date.now() / 1000) - 40 };
  const make = kind === "good" ? asIssued : REFUSED[refusals++ % REFUSED.length];
  return {
    text: await make(subtle, claims),
    key: pem(new Uint8Array(await subtle.exportKey("spki", keyPair.publicKey))),
    product: PRODUCT,
    version: "1",
    nonce,
  };
}

const asIssued = async (subtle, claims) => response(await sign(subtle, { alg: "PS256", typ: "JWT" }, claims));

const REFUSED = [
  // A token of another start of the container, played again.
  async (subtle, claims) => response(await sign(subtle, { alg: "PS256", typ: "JWT" }, { ...claims, nonce: crypto.randomUUID() })),
  // The payload was changed after it was signed.
  async (subtle, claims) => {
    const token = await sign(subtle, { alg: "PS256", typ: "JWT" }, { ...claims, productCode: "anotherproduct00000000001" });
    const [header, , signature] = token.split(".");
    return response([header, base64url(utf8(JSON.stringify(claims))), signature].join("."));
  },
  // Signed well, but the header asks for another algorithm.
  async (subtle, claims) => response(await sign(subtle, { alg: "RS256", typ: "JWT" }, claims)),
];

async function sign(subtle, header, claims) {
  const input = [header, claims].map((part) => base64url(utf8(JSON.stringify(part)))).join(".");
  const signature = await subtle.sign({ name: "RSA-PSS", saltLength: 32 }, keyPair.privateKey, utf8(input));
  return `${input}.${base64url(new Uint8Array(signature))}`;
}

/** The response as the SDKs and the CLI print it. */
const response = (token) => JSON.stringify({ Signature: token }, null, 2);

const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const base64url = (bytes) => base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const pem = (der) => `-----BEGIN PUBLIC KEY-----\n${base64(der).match(/.{1,64}/g).join("\n")}\n-----END PUBLIC KEY-----\n`;
