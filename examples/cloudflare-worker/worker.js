// A Worker that only containers registered with AWS Marketplace get past.

import { env } from "cloudflare:workers";
import { createVerifier, VerifyError } from "meterproof/verify";

/** How long a registration opens the gate, from the time that AWS signed into it. */
const MAX_AGE_SECONDS = 12 * 60 * 60;

// Once, when the Worker starts: a wrong key or product code fails the deployment, not a request.
const verifier = createVerifier({
  productCode: env.PRODUCT_CODE,
  keys: env.PUBLIC_KEYS,
  maxTokenLength: 4096,
});

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/nonce" && request.method === "POST") return giveNonce();

    const code = await refusal(request.headers);
    // The code alone: token and nonce together open the gate, so neither may reach a log.
    console.log(JSON.stringify({ gate: code ?? "passed" }));
    return code === null ? paidPart(pathname) : refuse(code);
  },
};

/** What the gate protects. */
function paidPart(pathname) {
  return Response.json({ paid: pathname });
}

async function giveNonce() {
  const nonce = crypto.randomUUID();
  await env.NONCES.put(nonce, "", { expirationTtl: MAX_AGE_SECONDS });
  return Response.json({ nonce }, { headers: { "cache-control": "no-store" } });
}

/** Why the request is refused; `null` if it is not. */
async function refusal(headers) {
  const [, token = ""] = /^Bearer +(.+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  const nonce = headers.get("registration-nonce") ?? "";
  if (!/^[0-9a-f-]{36}$/.test(nonce)) return "nonce_unknown";
  try {
    const { issuedAt } = verifier.verify(token, { nonce });
    if (issuedAt === null || Date.now() - issuedAt > MAX_AGE_SECONDS * 1000) return "registration_too_old";
  } catch (error) {
    if (error instanceof VerifyError) return error.code;
    throw error;
  }
  // Last, so that only what AWS signed costs a read.
  return (await env.NONCES.get(nonce)) === null ? "nonce_unknown" : null;
}

/** 403 where another registration would not help, 401 where it may. */
function refuse(code) {
  const status = code === "product_code_mismatch" ? 403 : 401;
  const headers = { "www-authenticate": "Bearer", "cache-control": "no-store" };
  return Response.json({ code }, { status, headers });
}
