// The public functions on the package's full engine.

import { DiagnosingVerifier } from "./diagnosis.js";
import { engine } from "./engine-full.js";
import * as tokens from "./tokens.js";
import * as usage from "./usage.js";

export {
  ConfigurationError,
  EngineError,
  KeyError,
  MeterproofError,
  VerifyError,
} from "./errors.js";

export const createVerifier = (configuration) => new DiagnosingVerifier(engine, configuration);
export const publicKey = (key) => tokens.publicKey(engine, key);
export const validate = (document, options) => usage.validate(engine, document, options);
export const check = (document, options) => usage.check(engine, document, options);
export const plan = (document, options) => usage.plan(engine, document, options);
export const rulesWindow = (options) => usage.rulesWindow(engine, options);
export const codes = () => engine.ask("codes");
