// Middleware for edge runtimes (Vercel's, and hosts like it) that only containers registered with
// AWS Marketplace get past.

import { createVerifier, VerifyError } from "meterproof/verify";

export const config = { matcher: ["/nonce", "/paid/:path*"] };

/** How long a registration opens the gate, from the time that AWS signed into it. */
const MAX_AGE_MS = 12 * 60 * 60 * 1000;

const verifier = createVerifier({
  productCode: process.env.PRODUCT_CODE,
  keys: JSON.parse(process.env.PUBLIC_KEYS),
  maxTokenLength: 4096,
});

// Nonces are signed, so that every edge location knows them and none has to be kept.
const secret = process.env.NONCE_SECRET ?? "";
if (secret.length < 32) throw new Error("NONCE_SECRET needs 32 characters or more");
const encode = (text) => new TextEncoder().encode(text);
const nonceKey = (use) =>
  crypto.subtle.importKey("raw", encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [use]);

export default async function middleware(request) {
  if (new URL(request.url).pathname === "/nonce" && request.method === "POST") {
    return Response.json({ nonce: await newNonce() }, { headers: { "cache-control": "no-store" } });
  }
  const code = await refusal(request.headers);
  // The code alone: token and nonce together open the gate, so neither may reach a log.
  console.log(JSON.stringify({ gate: code ?? "passed" }));
  // The header is what `next()` of @vercel/functions answers: go on to the page.
  return code === null ? new Response(null, { headers: { "x-middleware-next": "1" } }) : refuse(code);
}

async function newNonce() {
  const id = crypto.randomUUID();
  const mac = await crypto.subtle.sign("HMAC", await nonceKey("sign"), encode(id));
  return `${id}.${Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

async function isOurs(nonce) {
  const [, id, hex] = /^([0-9a-f-]{36})\.([0-9a-f]{64})$/.exec(nonce) ?? [];
  if (id === undefined) return false;
  const mac = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  return crypto.subtle.verify("HMAC", await nonceKey("verify"), mac, encode(id));
}

/** Why the request is refused; `null` if it is not. */
async function refusal(headers) {
  const [, token = ""] = /^Bearer +(.+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  const nonce = headers.get("registration-nonce") ?? "";
  if (!(await isOurs(nonce))) return "nonce_unknown";
  try {
    const { issuedAt } = verifier.verify(token, { nonce });
    return issuedAt === null || Date.now() - issuedAt > MAX_AGE_MS ? "registration_too_old" : null;
  } catch (error) {
    if (error instanceof VerifyError) return error.code;
    throw error;
  }
}

/** 403 where another registration would not help, 401 where it may. */
function refuse(code) {
  const status = code === "product_code_mismatch" ? 403 : 401;
  const headers = { "www-authenticate": "Bearer", "cache-control": "no-store" };
  return Response.json({ code }, { status, headers });
}
