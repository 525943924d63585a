// The cost as tokens and records grow, from 10^3 to 10^6: the time of all at each size, and the
// slope of the line through these. The tokens are a thousand distinct ones over and over;
// the records come as requests of 25, and as one array where a document may be that large.

import { gateMany, gateValidator } from "../measure/gate.mjs";
import { usageDocuments } from "../inputs/usage.mjs";
import { nanoseconds, slope } from "../measure/statistics.mjs";
import { meterproofMany, meterproofUsage } from "../subjects/meterproof.mjs";

const SIZES = [1e3, 1e4, 1e5, 1e6];
/** Milliseconds. */
const WARM_UP = 1000;
/** The package's limit for one document, in bytes. */
const LARGEST_DOCUMENT = 8 * 1024 * 1024;

export async function grow(host) {
  const sizes = host.quick ? SIZES.slice(0, 2) : SIZES;
  await growTokens(host, sizes);
  await growRecords(host, sizes);
}

async function growTokens(host, sizes) {
  const bits = 2048;
  const expected = await host.tokens(bits);
  const { tokens } = expected.bulk;
  const subject = await meterproofMany("simd")(host, expected);
  await gateMany(subject, expected.bulk);
  const work = (n) => {
    const many = Array.from({ length: n }, (_, i) => tokens[i % tokens.length]);
    return () => subject.verifyAll(many);
  };
  const note = "one call of verifyMany for all";
  measure(host, { subject: "meterproof simd verifyMany", bits, note }, sizes, work);
}

async function growRecords(host, sizes) {
  const { now, document } = await host.usage();
  const documents = usageDocuments(document);
  const subject = await meterproofUsage("simd", "check")(host, { now });
  gateValidator(subject, documents);
  const requests = (n) => () => {
    for (let i = 0; i < n; i += documents.records) {
      if (!subject.accepts(document)) throw new Error("a good document is refused");
    }
  };
  const note = `requests of ${documents.records} records, a call of check for each`;
  measure(host, { subject: "meterproof simd check, requests", note }, sizes, requests);

  const array = (n) => {
    const bytes = arrayOf(document, n);
    return () => {
      if (!subject.accepts(bytes)) throw new Error("a good array is refused");
    };
  };
  const bytesEach = arrayOf(document, documents.records).length / documents.records;
  const whole = sizes.filter((n) => n * bytesEach < LARGEST_DOCUMENT);
  const single = "one call of check for one array of records; a document ends at 8 MiB";
  measure(host, { subject: "meterproof simd check, one array", note: single }, whole, array);
}

/** An array of `n` records that differ from one another in their customer. */
function arrayOf(document, n) {
  const { UsageRecords } = JSON.parse(new TextDecoder().decode(document));
  const records = Array.from({ length: n }, (_, i) => ({
    ...UsageRecords[i % UsageRecords.length],
    CustomerAWSAccountId: String(100000000000 + i),
  }));
  return new TextEncoder().encode(JSON.stringify(records));
}

/** Small sizes are measured more often than large ones. */
function measure(host, { subject, bits, note }, sizes, work) {
  const points = [];
  warmUp(work(sizes[0]));
  const lines = sizes.map((n) => {
    const call = work(n);
    const rounds = host.quick ? 3 : Math.max(1, Math.min(20, 3e5 / n));
    const samples = Array.from({ length: rounds }, () => {
      const start = performance.now();
      call();
      return performance.now() - start;
    });
    host.progress(`grow: ${subject}: ${n} done`);
    const figures = nanoseconds(samples);
    points.push([n, figures.median]);
    return { suite: "grow", engine: host.engine, subject, bits, n, ...figures, note };
  });
  const line = Math.round(slope(points));
  for (const each of lines) host.emit({ ...each, slope: line });
}

/** Until the engine has optimised, so that the smallest size does not pay for it. */
function warmUp(call) {
  const end = performance.now() + WARM_UP;
  do call();
  while (performance.now() < end);
}
