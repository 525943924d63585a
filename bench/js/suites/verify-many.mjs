// A thousand tokens at once; results are per token.

import { gateMany } from "../measure/gate.mjs";
import { report } from "../measure/report.mjs";
import { interleaved } from "../measure/rounds.mjs";
import { BITS, subjectsOf } from "./subjects.mjs";

export async function verifyMany(host) {
  for (const bits of BITS) {
    const expected = await host.tokens(bits);
    const { tokens } = expected.bulk;
    const subjects = await subjectsOf(host, host.subjects.many, expected);
    for (const subject of subjects) {
      await gateMany(subject, expected.bulk);
      subject.call = () => subject.verifyAll(tokens);
      subject.items = tokens.length;
      subject.everyRound = true;
    }
    report(host, { suite: "verify-many", bits }, subjects, await interleaved(host, subjects, {
      rounds: bits > 3072 ? 5 : 12,
      label: `verify-many ${bits}`,
    }));
  }
}
