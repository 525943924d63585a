// Compiled, never run: what users write must type-check, and what they must not write must
// not. Each `@ts-expect-error` fails the compilation when its line has no error.

import {
  type Cause,
  type CauseCode,
  type Check,
  type CheckName,
  type Diagnosis,
  type Identity,
  type KeyErrorCode,
  type Plan,
  type Registration,
  type ValidationReport,
  type VerifyErrorCode,
  type Violation,
  type ViolationCode,
  ConfigurationError,
  EngineError,
  KeyError,
  MeterproofError,
  VerifyError,
  check,
  codes,
  createVerifier,
  init,
  initSync,
  plan,
  publicKey,
  rulesWindow,
  validate,
} from "meterproof";

/** Compiles only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2
  ? true
  : never;
function same<A, B>(_: Same<A, B>): void {}

// Loading.
same<ReturnType<typeof init>, Promise<void>>(true);
void init();
void init("/assets/full.simd.wasm");
void init(new Uint8Array(8));
void init(Promise.resolve(new ArrayBuffer(8)));
// @ts-expect-error a number is no source
void init(7);

initSync(new Uint8Array(8));
// @ts-expect-error nothing is fetched at once
initSync("/assets/full.simd.wasm");

// A verifier.
const verifier = createVerifier({
  productCode: "container0000000000000001",
  keys: { 1: "pem", 2: "pem" },
  leewaySeconds: 0,
  maxTokenLength: 4096,
});
// @ts-expect-error keys are required
createVerifier({ productCode: "p" });
// @ts-expect-error a key is text
createVerifier({ productCode: "p", keys: { 1: new Uint8Array(8) } });
// @ts-expect-error an option that does not exist
createVerifier({ productCode: "p", keys: { 1: "pem" }, leeway: 5 });

// Verifying: the nonce is always written out.
same<ReturnType<typeof verifier.verify>, Registration>(true);
const registration = verifier.verify("token", { nonce: null });
same<typeof registration.issuedAt, Date | null>(true);
verifier.verify(new Uint8Array(8), { nonce: "n", now: new Date(0) });
verifier.verify("token", { nonce: "n", now: Date.now() });
// @ts-expect-error the options are required
verifier.verify("token");
// @ts-expect-error the nonce is required
verifier.verify("token", {});
// @ts-expect-error undefined is no nonce
verifier.verify("token", { nonce: undefined });
// @ts-expect-error a time is a Date or a number
verifier.verify("token", { nonce: null, now: "2026-11-21T10:00:00Z" });
// @ts-expect-error a token is text or bytes
verifier.verify(null, { nonce: null });

// Many tokens: an outcome is one or the other.
for (const outcome of verifier.verifyMany(["token", new Uint8Array(8)], { nonce: null })) {
  if (outcome.error === undefined) same<typeof outcome.registration, Registration>(true);
  else same<typeof outcome.error, VerifyError | ConfigurationError>(true);
}
verifier.verifyMany(["token", { token: new Uint8Array(8), nonce: "n" }, { token: "token", nonce: null }], { nonce: null });
// @ts-expect-error a token that is no bare one has its nonce
verifier.verifyMany([{ token: "token" }], { nonce: null });
// @ts-expect-error the nonce is required here too
verifier.verifyMany([], {});
// @ts-expect-error a list, not a token
verifier.verifyMany("token", { nonce: null });

// A diagnosis tells its forms apart.
const diagnosis: Diagnosis = verifier.diagnose("token", { nonce: null });
if (diagnosis.verdict === "verified") {
  same<typeof diagnosis.registration, Registration>(true);
} else {
  // @ts-expect-error a refused token registers nothing
  diagnosis.registration.productCode;
}
// @ts-expect-error there is no third verdict
if (diagnosis.verdict === "unknown") void 0;
for (const check of diagnosis.checks) {
  same<typeof check.name, CheckName>(true);
  if (check.status === "fail") same<typeof check.code, VerifyErrorCode>(true);
  else same<typeof check.code, undefined>(true);
}
for (const cause of diagnosis.causes) {
  same<typeof cause, Cause>(true);
  same<typeof cause.code, CauseCode>(true);
  // @ts-expect-error a cause that does not exist
  if (cause.code === "signature_invalid") void 0;
}
const signature: Check | undefined = diagnosis.checks.find(({ name }) => name === "signature");
void signature;

// Usage.
same<ReturnType<typeof validate>, ValidationReport>(true);
const report = validate("{}", { rules: "2024", dimensions: ["users"], now: 0 });
validate(new Uint8Array(8));
// @ts-expect-error an edition that does not exist
validate("{}", { rules: "2020" });
// @ts-expect-error the document is text, not the parsed value
validate({ UsageRecords: [] });
const checked: Omit<ValidationReport, "records"> = check("{}", { rules: "2024", now: 0 });
// @ts-expect-error records are validate's
checked.records;
for (const violation of report.violations) {
  same<typeof violation.code, ViolationCode>(true);
  same<typeof violation.severity, "error" | "warning">(true);
  same<typeof violation.record, number | null>(true);
  same<typeof violation.firstRecord, number | null>(true);
  if (violation.code === "repeated_record") {
    same<typeof violation.record, number>(true);
    same<typeof violation.firstRecord, number>(true);
  }
  if (violation.code === "mixed_identity_forms") same<typeof violation.record, null>(true);
  if (violation.firstRecord !== null) {
    same<
      typeof violation.code,
      "conflicting_records" | "differing_allocations" | "mixed_identity_forms" | "repeated_record"
    >(true);
  }
  // @ts-expect-error most violations are about one record
  if (violation.code === "no_quantity") violation.firstRecord.toFixed();
}
for (const { identity } of report.records) customer(identity);

// One type for both reports, which can be handed on by its name.
const violations: Violation[] = checked.violations;
void violations;

function customer(identity: Identity): string {
  switch (identity.form) {
    case "license":
      // @ts-expect-error records by license have no product code
      identity.productCode.length;
      return identity.licenseArn + identity.customerAWSAccountId;
    case "account":
      return identity.productCode + identity.customerAWSAccountId;
    case "customer":
      return identity.productCode + identity.customerIdentifier;
    default:
      return identity satisfies never;
  }
}

const planned: Plan = plan("[]", { productCode: "p", rules: "current" });
same<(typeof planned.batches)[number]["productCode"], string | null>(true);
same<(typeof planned.batches)[number]["coalesced"][number], [kept: number, dropped: number]>(true);
plan("[]", { dimensions: ["users"] });
// @ts-expect-error dimensions come as a list
plan("[]", { dimensions: "users" });
same<(typeof planned.conflicts)[number]["differs"], "quantity" | "allocations">(true);

same<ReturnType<typeof publicKey>["bits"], number>(true);
same<ReturnType<typeof rulesWindow>["monthCutoff"], number | null>(true);
same<ReturnType<typeof codes>["violation"], ViolationCode[]>(true);

// Errors are told apart by class, then by code.
try {
  verifier.verify("token", { nonce: null });
} catch (error) {
  if (error instanceof VerifyError) {
    same<typeof error.code, VerifyErrorCode>(true);
    same<typeof error.remedy, string | undefined>(true);
    // @ts-expect-error a code that does not exist
    if (error.code === "wrong") void 0;
  } else if (error instanceof KeyError) {
    same<typeof error.code, KeyErrorCode>(true);
    same<typeof error.publicKeyVersion, number | undefined>(true);
  } else if (error instanceof ConfigurationError || error instanceof EngineError) {
    const base: MeterproofError = error;
    void base;
  }
}
// @ts-expect-error only the package makes its errors
new VerifyError();
// @ts-expect-error codes are read-only
(null as unknown as KeyError).code = "key_too_small";
