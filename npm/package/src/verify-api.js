// The public functions on the engine that only verifies.

import { engine } from "./engine-verify.js";
import * as tokens from "./tokens.js";

export {
  ConfigurationError,
  EngineError,
  KeyError,
  MeterproofError,
  VerifyError,
} from "./errors.js";

export const createVerifier = (configuration) => new tokens.Verifier(engine, configuration);
export const publicKey = (key) => tokens.publicKey(engine, key);
