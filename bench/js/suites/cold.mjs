// From a started process with nothing loaded to the first verified token: import, instantiation,
// key, first call. Every sample is a fresh process; the subjects take turns.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { CONSUMER } from "../inputs/package.mjs";
import { report } from "../measure/report.mjs";
import { generator, shuffled } from "../measure/rounds.mjs";
import { HERE } from "../places.mjs";
import { BITS } from "./subjects.mjs";

const run = promisify(execFile);

export async function cold(host) {
  const rounds = host.quick ? 3 : 15;
  const resolve = createRequire(`${CONSUMER}/program.js`).resolve;
  const packageUrl = pathToFileURL(resolve("meterproof/verify")).href;
  const fullUrl = pathToFileURL(resolve("meterproof")).href;
  const { versions } = host;
  const subjects = [
    { file: "meterproof", name: "meterproof instantiate + key + first verify", packageUrl },
    {
      file: "meterproof",
      name: "meterproof (full) instantiate + key + first verify",
      note: "the entry with usage validation too",
      packageUrl: fullUrl,
    },
    { file: "node-crypto", name: "node:crypto key + first verify" },
    { file: "fast-jwt", name: `fast-jwt ${versions["fast-jwt"]} import + key + first verify` },
    { file: "jose", name: `jose ${versions.jose} import + key + first verify` },
    { file: "jsonwebtoken", name: `jsonwebtoken ${versions.jsonwebtoken} import + key + first verify` },
  ];
  // The size of AWS's own keys, and the smallest.
  for (const bits of BITS.slice(0, 2)) {
    const { tokens, nonces, tampered, bulk, ...rest } = await host.tokens(bits);
    const input = { ...rest, tokens: [tokens[0]], nonces: [nonces[0]] };
    const samples = subjects.map(() => []);
    const random = generator();
    // The first round warms the file system's cache and is not counted.
    for (let round = -1; round < rounds; round++) {
      host.progress(`cold ${bits}: round ${Math.max(round, 0)} of ${rounds}`);
      for (const which of shuffled(subjects.length, random)) {
        const { file: subject, packageUrl } = subjects[which];
        const job = JSON.stringify({ subject, input, packageUrl });
        const { stdout } = await run(process.execPath, [`${HERE}cold/child.mjs`, job]);
        if (round >= 0) samples[which].push(Number(stdout) / 1e6);
      }
    }
    report(host, { suite: "cold", bits }, subjects, samples);
  }
}
