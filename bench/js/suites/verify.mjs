// One token a call: from the token's text to compared claims.

import { gateVerifier } from "../measure/gate.mjs";
import { report } from "../measure/report.mjs";
import { interleaved } from "../measure/rounds.mjs";
import { BITS, subjectsOf } from "./subjects.mjs";

export async function verify(host) {
  for (const bits of BITS) {
    const expected = await host.tokens(bits);
    const { tokens, nonces } = expected;
    const subjects = await subjectsOf(host, host.subjects.verify, expected);
    for (const subject of subjects) {
      await gateVerifier(subject, expected);
      subject.call = (i) => subject.verify(tokens[i % tokens.length], nonces[i % tokens.length]);
    }
    report(host, { suite: "verify", bits }, subjects, await interleaved(host, subjects, {
      rounds: bits > 3072 ? 50 : 100,
      label: `verify ${bits}`,
    }));
  }
}
