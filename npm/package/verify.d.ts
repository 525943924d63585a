/**
 * Verification of AWS Marketplace RegisterUsage signatures alone: the entry `meterproof/verify`,
 * whose WebAssembly is a fraction of the whole package's.
 *
 * It is loaded as `meterproof` is, on the same engines: see `init`. Its engine is not that of
 * `meterproof`: a program that needs both loads both. Errors of either entry are instances of the
 * classes of both.
 */

import type { TokenVerifier, VerifierConfiguration } from "./index.js";

export {
  ConfigurationError,
  EngineError,
  KeyError,
  MeterproofError,
  VerifyError,
  init,
  initSync,
  publicKey,
} from "./index.js";

export type {
  ConfigurationErrorCode,
  EngineSource,
  KeyErrorCode,
  ListedToken,
  Outcome,
  PublicKeyDetails,
  Registration,
  TokenVerifier,
  VerifierConfiguration,
  VerifyErrorCode,
  VerifyOptions,
} from "./index.js";

/**
 * Makes a verifier of RegisterUsage signatures for one product.
 *
 * @throws {KeyError} a key cannot be read or must not be trusted
 * @throws {ConfigurationError} anything else in the configuration is wrong
 */
export function createVerifier(configuration: VerifierConfiguration): TokenVerifier;
