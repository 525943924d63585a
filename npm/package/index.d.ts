/**
 * Strict verification of AWS Marketplace RegisterUsage signatures, and validation of usage
 * records before AWS sees them.
 *
 * In Node (20.16 and later), Deno, Bun, Cloudflare Workers and edge functions of Vercel and Next.js
 * every function works right after the import. In browsers, and wherever else the package's default
 * entry is taken, `await init()` comes first. All other functions are synchronous; none reads or
 * writes anything but its arguments, apart from the clock where `now` is left out. Each thread or
 * worker that imports this has an engine of its own.
 */

import type { CauseCode, ConfigurationErrorCode, KeyErrorCode, VerifyErrorCode, ViolationCode } from "./codes.js";

export type { CauseCode, ConfigurationErrorCode, KeyErrorCode, VerifyErrorCode, ViolationCode };

export { check, plan, rulesWindow, validate } from "./usage.js";
export type {
  Conflict,
  Identity,
  Oversized,
  Plan,
  PlanOptions,
  PlannedBatch,
  Report,
  RulesEdition,
  RulesOptions,
  RulesWindow,
  ValidRecord,
  ValidateOptions,
  ValidationReport,
  Violation,
  ViolationDetails,
} from "./usage.js";

/**
 * Where the WebAssembly file comes from: its address, what was fetched, its bytes, or the
 * compiled module.
 */
export type EngineSource =
  | string
  | HostURL
  | HostRequest
  | HostResponse
  | ArrayBuffer
  | Uint8Array
  | CompiledModule;

// Classes of the host, where their types are known: neither DOM nor Node is assumed.
type HostURL = typeof globalThis extends { URL: { prototype: infer Instance } } ? Instance : never;

type HostRequest = typeof globalThis extends { Request: { prototype: infer Instance } }
  ? Instance
  : never;

type HostResponse = typeof globalThis extends { Response: { prototype: infer Instance } }
  ? Instance
  : never;

// An interface without members in the DOM's types, which a number would satisfy.
type CompiledModule = typeof globalThis extends {
  WebAssembly: { Module: { prototype: infer Instance } };
}
  ? Instance & object
  : never;

/**
 * Loads the engine. Code that calls it once before anything else runs unchanged on every engine:
 *
 * - browsers, and what takes the `default` entry: it fetches the file that the host can run, with or
 *   without vector instructions; further calls wait for the same loading;
 * - Node: it resolves at once, because the import has read and compiled the file;
 * - Deno: likewise; the file is part of the module graph, so that no permission is needed;
 * - Bun: likewise; `bun build` copies or embeds the file;
 * - Cloudflare Workers (condition `workerd`) and edge functions (`edge-light`): likewise; the bundler
 *   compiles the file when it deploys, since these hosts refuse bytes.
 *
 * @param source where the .wasm is; by default the file in this package. Not looked at where the
 * import has loaded the engine
 * @throws {ConfigurationError} `init_failed`: the file was not found, or the page's
 * Content-Security-Policy lacks `'wasm-unsafe-eval'`. A later call tries again. Where the import loads
 * the engine, it is the import that fails: so in Node and Bun, elsewhere with the host's own error.
 */
export function init(source?: EngineSource | Promise<EngineSource>): Promise<void>;

/**
 * Loads the engine at once, where its bytes or its compiled module are at hand already. It does
 * nothing where the import has loaded it: in Node, Deno, Bun, Cloudflare Workers and edge functions.
 *
 * @throws {ConfigurationError} `init_failed`
 */
export function initSync(source: ArrayBuffer | Uint8Array | CompiledModule): void;

/**
 * Makes a verifier of RegisterUsage signatures for one product.
 *
 * @throws {KeyError} a key cannot be read or must not be trusted
 * @throws {ConfigurationError} anything else in the configuration is wrong
 */
export function createVerifier(configuration: VerifierConfiguration): Verifier;

/** What a verifier trusts. */
export interface VerifierConfiguration {
  /** The product's code, as RegisterUsage was called with it. */
  productCode: string;
  /**
   * The product's public keys by public key version: PEM (SPKI or PKCS#1) or JWK text of at most
   * 65536 characters. RSA of 2048 to 4096 bits. At most 1000.
   */
  keys: { readonly [publicKeyVersion: number]: string };
  /** How far a token's times may be off this machine's clock, in seconds: 0 to 86400. Default 60. */
  leewaySeconds?: number | undefined;
  /**
   * Longest token that is looked at, in bytes: 1 to 1048576. Default 16384. A response around it
   * may be 4096 bytes longer.
   */
  maxTokenLength?: number | undefined;
}

/** What one token is held against. */
export interface VerifyOptions {
  /**
   * The nonce that was sent to RegisterUsage, at most 255 characters, or `null` if none was.
   * It has to be written out: a nonce that nobody compares is no guard against replay.
   */
  nonce: string | null;
  /** The time to judge by, as a Date or in milliseconds since 1970. Default: the clock. */
  now?: Date | number | undefined;
}

/** Verifies the signatures of one product. Make it once, use it often. */
export interface Verifier extends TokenVerifier {
  /**
   * Every check of {@link TokenVerifier.verify} with its outcome, also after the first failure
   * where that is possible. Its verdict is the outcome of `verify`.
   *
   * @throws {ConfigurationError} an option is wrong; a refused token is a result
   */
  diagnose(token: string | Uint8Array, options: VerifyOptions): Diagnosis;
}

/** What a {@link Verifier} of `meterproof/verify` can do. */
export interface TokenVerifier {
  /**
   * The registration that the token proves.
   *
   * @param token the `Signature` of a RegisterUsage response, or that response itself as JSON
   * @throws {VerifyError} the token is refused; `code` says why
   * @throws {ConfigurationError} an option is wrong
   */
  verify(token: string | Uint8Array, options: VerifyOptions): Registration;
  /**
   * What {@link verify} answers or throws for each of many tokens, such as those of a log, held
   * against the same time. A bare token is held against the nonce of the options; one of another
   * start comes with its own.
   *
   * @returns an outcome for each token, in their order
   * @throws {ConfigurationError} an option is wrong, or `tokens` is no array; what is wrong with
   * a token is its outcome. What a getter of the caller's own throws is thrown on
   */
  verifyMany(tokens: readonly ListedToken[], options: VerifyOptions): Outcome[];
}

/** One of many tokens: bare, or with the nonce that was sent for it (`null` where none was). */
export type ListedToken = string | Uint8Array | { token: string | Uint8Array; nonce: string | null };

/** What became of one of many tokens. */
export type Outcome =
  | { registration: Registration; error?: undefined }
  | { registration?: undefined; error: VerifyError | ConfigurationError };

/** What a verified token says. */
export interface Registration {
  productCode: string;
  /** The version of the public key that verified it. */
  publicKeyVersion: number;
  /** The nonce, if one was sent. */
  nonce: string | null;
  /** The token's `iat`, where it has one. */
  issuedAt: Date | null;
  /** When the key version that was asked for was replaced; only given for an expired one. */
  publicKeyRotationTimestamp: Date | null;
}

/** The outcome of {@link Verifier.diagnose}. */
export type Diagnosis =
  | (DiagnosisDetails & { verdict: "verified"; registration: Registration })
  | (DiagnosisDetails & { verdict: "refused"; registration?: undefined });

export interface DiagnosisDetails {
  /** All checks, in the order in which they are made. */
  checks: Check[];
  /** What is unusual about the token, but no reason to refuse it. */
  notes: string[];
  /**
   * Why the signature does not verify, as far as that can be told, the cause that explains most
   * first. Empty where it does verify, or where there is none to look at. Never a reason to accept
   * the token.
   */
  causes: Cause[];
  /** The JWS header as JSON text, if it could be decoded. **Not trustworthy** unless verified. */
  header?: string;
  /** The JWS payload as JSON text, if it could be decoded. **Not trustworthy** unless verified. */
  payload?: string;
}

/** One reason why a signature does not verify. */
export interface Cause {
  code: CauseCode;
  /** What was found, exactly: the key's version, lengths in bytes, the hash functions. */
  evidence: string;
  /** What to do about it. */
  remedy: string;
}

/** One check of a token. */
export type Check =
  | {
      name: CheckName;
      status: "pass";
      expected?: string;
      actual?: string;
      remedy?: undefined;
      code?: undefined;
    }
  | {
      name: CheckName;
      status: "fail";
      expected?: string;
      actual?: string;
      /** What to do about it. */
      remedy?: string;
      code: VerifyErrorCode;
    }
  | {
      name: CheckName;
      /** An earlier failure leaves nothing to check. */
      status: "skipped";
      expected?: string;
      actual?: string;
      remedy?: string;
      code?: undefined;
    };

/** The checks of a token, in order. */
export type CheckName =
  | "length"
  | "wrapper"
  | "segments"
  | "encoding"
  | "header"
  | "algorithm"
  | "type"
  | "critical"
  | "payload"
  | "claims"
  | "key"
  | "signature"
  | "product_code"
  | "nonce"
  | "issued_at";

/**
 * Size and fingerprint of a public key.
 *
 * @param key PEM (SPKI or PKCS#1) or JWK text
 * @throws {KeyError} the key cannot be read or must not be trusted
 */
export function publicKey(key: string): PublicKeyDetails;

export interface PublicKeyDetails {
  /** Length of the modulus. */
  bits: number;
  /** SHA-256 of the DER-encoded SPKI, in lower-case hex. */
  fingerprint: string;
}

/**
 * Every code that this version can answer or throw but that of {@link EngineError}, and the names of
 * the checks.
 */
export function codes(): Codes;

export interface Codes {
  verify: VerifyErrorCode[];
  key: KeyErrorCode[];
  configuration: ConfigurationErrorCode[];
  violation: ViolationCode[];
  checks: CheckName[];
  causes: CauseCode[];
}

/** What all errors of this package have in common. */
export abstract class MeterproofError extends Error {
  /** Stable across versions: act on this, not on `message`. */
  readonly code: string;
}

/** The token is refused. */
export class VerifyError extends MeterproofError {
  private constructor();
  readonly code: VerifyErrorCode;
  readonly expected?: string;
  readonly actual?: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** A public key is refused. */
export class KeyError extends MeterproofError {
  private constructor();
  readonly code: KeyErrorCode;
  /** Which of the configured keys; absent where only one was given. */
  readonly publicKeyVersion?: number;
}

/** An argument is wrong: the calling code has to change, not the data. */
export class ConfigurationError extends MeterproofError {
  private constructor();
  readonly code: ConfigurationErrorCode;
}

/**
 * The WebAssembly engine stopped, for want of memory or stack. No input is known to cause it.
 * The engine answers nothing more: restart the process or reload the page.
 */
export class EngineError extends MeterproofError {
  private constructor();
  readonly code: "engine_stopped";
}
