// verifyMany: each token by itself, hostile ones among good ones.

import { outcome, same, thrown } from "./expect.js";
import { bytesOf, textOf } from "./inputs.js";

export function* many({ full, verify, data }) {
  const { signed, hostile } = data.expectations;
  const { productCode, now } = signed;
  const [{ token, registration }, other, none] = signed.tokens;
  const configuration = { productCode, keys: { 1: signed.keys[0].texts.pem } };
  const options = { nonce: registration.nonce, now };

  for (const [name, entry] of [["meterproof", full], ["meterproof/verify", verify]]) {
    yield {
      name: `${name}: hostile tokens among good ones fail by themselves`,
      run() {
        const verifier = entry.createVerifier(configuration);
        const list = hostile.tokens.flatMap(({ token: pieces }) => [token, textOf(pieces), bytesOf(token)]);
        const expected = hostile.tokens.flatMap(({ code }) => ["verified", code, "verified"]);
        const outcomes = verifier.verifyMany(list, options);
        same(outcomes.map(({ error }) => error?.code ?? "verified"), expected, "codes");
        for (const [at, { registration: found, error }] of outcomes.entries()) {
          const alone = outcome(() => verifier.verify(list[at], options));
          same(outcome(() => { if (error) throw error; return found; }), alone, `token ${at}`);
        }
      },
    };
    yield {
      name: `${name}: each with a nonce of its own`,
      run() {
        const verifier = entry.createVerifier(configuration);
        const list = [
          token,
          { token: other.token, nonce: other.registration.nonce },
          { token: none.token, nonce: null },
          { token: other.token, nonce: registration.nonce },
          { token },
          { token: 7, nonce: null },
          undefined,
          { token, nonce: null, extra: 1 },
        ];
        same(
          verifier.verifyMany(list, options).map(({ registration: found, error }) => error?.code ?? found.nonce),
          [
            registration.nonce, other.registration.nonce, null, "nonce_mismatch", "missing_nonce", "invalid_token_type",
            "invalid_token_type", "unknown_option",
          ],
          "outcomes",
        );
        same(verifier.verifyMany([], options), [], "of none");
        same(thrown(() => verifier.verifyMany(token, options)).code, "invalid_tokens", "code");
      },
    };
  }
}
