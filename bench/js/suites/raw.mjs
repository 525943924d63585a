// The public operation alone: s^65537 mod n, without hashes and padding.

import { decode } from "../subjects/base64url.mjs";
import { numberOf, power } from "../subjects/verify/bigint.mjs";
import { gatePower } from "../measure/gate.mjs";
import { report } from "../measure/report.mjs";
import { interleaved } from "../measure/rounds.mjs";
import { BITS, subjectsOf } from "./subjects.mjs";

export async function raw(host) {
  for (const bits of BITS) {
    const expected = await host.tokens(bits);
    const n = numberOf(decode(expected.jwk.n));
    const signatures = expected.tokens.map((token) => decode(token.slice(token.lastIndexOf(".") + 1)));
    const some = signatures.slice(0, 20);
    const powers = some.map((signature) => power(numberOf(signature), n));
    const subjects = await subjectsOf(host, host.subjects.raw, expected);
    for (const subject of subjects) {
      await gatePower(subject, some, powers);
      subject.call = (i) => subject.run(signatures[i % signatures.length]);
    }
    report(host, { suite: "raw", bits }, subjects, await interleaved(host, subjects, {
      rounds: 25,
      label: `raw ${bits}`,
    }));
  }
}
