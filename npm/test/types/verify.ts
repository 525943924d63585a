// The entry that verifies alone: compiled, never run.

import {
  type Outcome,
  type Registration,
  type TokenVerifier,
  VerifyError,
  createVerifier,
  init,
  initSync,
  publicKey,
} from "meterproof/verify";
import { type Verifier, VerifyError as FullVerifyError } from "meterproof";
// @ts-expect-error usage is not in this entry
import { validate } from "meterproof/verify";

void validate;
void init();
initSync(new ArrayBuffer(8));
const verifier: TokenVerifier = createVerifier({ productCode: "p", keys: { 1: "pem" } });
const registration: Registration = verifier.verify("token", { nonce: null });
const outcomes: Outcome[] = verifier.verifyMany([new Uint8Array(8)], { nonce: "n", now: 0 });
void [registration, outcomes, publicKey("pem").fingerprint];
// @ts-expect-error diagnoses are not in this entry
verifier.diagnose("token", { nonce: null });
// @ts-expect-error so that it is not the other entry's verifier
const full: Verifier = verifier;
void full;

// Both entries have the same errors.
const error: VerifyError | undefined = undefined as FullVerifyError | undefined;
void error;
