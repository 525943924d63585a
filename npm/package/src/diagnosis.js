// A verifier that also says why not.

import * as argument from "./arguments.js";
import { Verifier, date, expectNonce, expectations, inside } from "./tokens.js";

export class DiagnosingVerifier extends Verifier {
  diagnose(token, options) {
    const { engine, number } = inside(this);
    const { nonce, now } = expectations(options);
    const length = argument.tokenLength(token);
    expectNonce(engine, nonce);
    const diagnosis =
      length > argument.MAX_TOKEN_INPUT_LENGTH
        ? engine.ask("diagnose_too_long", number, length)
        : engine.ask("diagnose", number, argument.pass(token, engine), now);
    const { registration } = diagnosis;
    if (registration) {
      registration.issuedAt = date(registration.issuedAt);
      registration.publicKeyRotationTimestamp = date(registration.publicKeyRotationTimestamp);
    }
    return diagnosis;
  }
}
