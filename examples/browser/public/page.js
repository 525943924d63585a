// Verifies a registration in the page: nothing is sent and nothing is stored.

import { MeterproofError, createVerifier, init } from "./meterproof/verify.js";
import { PRODUCT_CODE, PUBLIC_KEYS } from "./settings.js";

const form = document.querySelector("#question");
const answer = document.querySelector("#answer");

try {
  await init();
  const verifier = createVerifier({ productCode: PRODUCT_CODE, keys: PUBLIC_KEYS });
  form.addEventListener("submit", (event) => {
    // The form goes nowhere: its action would put the token into an address.
    event.preventDefault();
    answer.value = verdict(verifier, form.token.value.trim(), form.nonce.value);
  });
  form.querySelector("button").disabled = false;
  answer.value = "Ready.";
} catch (error) {
  answer.value = `The verifier did not start (${error.code}): ${error.message}`;
}

function verdict(verifier, token, nonce) {
  try {
    const { productCode, issuedAt } = verifier.verify(token, { nonce: nonce === "" ? null : nonce });
    const when = issuedAt === null ? "at a time that is not in it" : `at ${issuedAt.toISOString()}`;
    return `Genuine: AWS registered a container of ${productCode} ${when}.`;
  } catch (error) {
    if (error instanceof MeterproofError) return `Not verified (${error.code}): ${error.message}`;
    throw error;
  }
}
