// A Deno server that only containers registered with AWS Marketplace get past.

import { createVerifier, VerifyError } from "meterproof/verify";

/** How long a registration opens the gate, from the time that AWS signed into it. */
const MAX_AGE_MS = 12 * 60 * 60 * 1000;

const verifier = createVerifier({
  productCode: Deno.env.get("PRODUCT_CODE"),
  keys: JSON.parse(Deno.env.get("PUBLIC_KEYS")),
  maxTokenLength: 4096,
});

// Signs nonces, so that none has to be kept. Several servers, or one that restarts, need a shared key.
const nonceKey = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
const encode = (text) => new TextEncoder().encode(text);

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT") ?? 8000) }, async (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/nonce" && request.method === "POST") {
    return Response.json({ nonce: await newNonce() }, { headers: { "cache-control": "no-store" } });
  }
  const code = await refusal(request.headers);
  // The code alone: token and nonce together open the gate, so neither may reach a log.
  console.log(JSON.stringify({ gate: code ?? "passed" }));
  return code === null ? Response.json({ paid: pathname }) : refuse(code);
});

async function newNonce() {
  const id = crypto.randomUUID();
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", nonceKey, encode(id)));
  return `${id}.${mac.toHex()}`;
}

async function isOurs(nonce) {
  const [, id, mac] = /^([0-9a-f-]{36})\.([0-9a-f]{64})$/.exec(nonce) ?? [];
  return id !== undefined && crypto.subtle.verify("HMAC", nonceKey, Uint8Array.fromHex(mac), encode(id));
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
