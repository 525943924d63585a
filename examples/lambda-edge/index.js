// A viewer-request function of CloudFront (Lambda@Edge) that only containers registered with AWS
// Marketplace get past.

import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { createVerifier, VerifyError } from "meterproof/verify";
import { NONCE_SECRET, PRODUCT_CODE, PUBLIC_KEYS } from "./settings.js";

/** How long a registration opens the gate, from the time that AWS signed into it. */
const MAX_AGE_MS = 12 * 60 * 60 * 1000;

if (NONCE_SECRET.length < 32) throw new Error("settings.js: NONCE_SECRET needs 32 characters or more");
const verifier = createVerifier({ productCode: PRODUCT_CODE, keys: PUBLIC_KEYS, maxTokenLength: 4096 });

export async function handler(event) {
  const { request } = event.Records[0].cf;
  if (request.uri === "/nonce" && request.method === "POST") {
    return reply("200", "OK", { nonce: newNonce() });
  }
  const code = refusal(request.headers);
  // The code alone: token and nonce together open the gate, so neither may reach a log.
  console.log(JSON.stringify({ gate: code ?? "passed" }));
  if (code === "product_code_mismatch") return reply("403", "Forbidden", { code });
  if (code !== null) return reply("401", "Unauthorized", { code }, { "WWW-Authenticate": "Bearer" });
  // Nor may they reach the origin, and its logs.
  delete request.headers.authorization;
  delete request.headers["registration-nonce"];
  return request;
}

// Nonces are signed, so that every edge location knows them and none has to be kept.
function newNonce() {
  const id = randomUUID();
  return `${id}.${mac(id)}`;
}

function mac(id) {
  return createHmac("sha256", NONCE_SECRET).update(id).digest("hex");
}

function isOurs(nonce) {
  if (!/^[0-9a-f-]{36}\.[0-9a-f]{64}$/.test(nonce)) return false;
  return timingSafeEqual(Buffer.from(nonce.slice(37)), Buffer.from(mac(nonce.slice(0, 36))));
}

/** Why the request is refused; `null` if it is not. */
function refusal(headers) {
  const [, token = ""] = /^Bearer +(.+)$/i.exec(headers.authorization?.[0].value ?? "") ?? [];
  const nonce = headers["registration-nonce"]?.[0].value ?? "";
  if (!isOurs(nonce)) return "nonce_unknown";
  try {
    const { issuedAt } = verifier.verify(token, { nonce });
    return issuedAt === null || Date.now() - issuedAt > MAX_AGE_MS ? "registration_too_old" : null;
  } catch (error) {
    if (error instanceof VerifyError) return error.code;
    throw error;
  }
}

function reply(status, statusDescription, body, more = {}) {
  const all = { "Content-Type": "application/json", "Cache-Control": "no-store", ...more };
  const headers = Object.fromEntries(
    Object.entries(all).map(([key, value]) => [key.toLowerCase(), [{ key, value }]]),
  );
  return { status, statusDescription, headers, body: JSON.stringify(body) };
}
