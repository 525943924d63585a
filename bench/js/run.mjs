// The JavaScript side of the benchmark.
//
//   node run.mjs --list                                which suites can run in which engine here
//   node run.mjs --engine "node 24" --suite verify     measures; --quick for few rounds
//
// Results are JSON lines on stdout, progress is on stderr. Needs `npm ci` in this folder and the
// package in target/npm/package (`cargo xtask npm`).

import { readFileSync } from "node:fs";

import { ENGINES, SUITES } from "./engines/catalogue.mjs";
import { copyPackage } from "./inputs/package.mjs";
import { BENCH_CRATES, HERE } from "./places.mjs";

const USAGE = `node run.mjs --list
node run.mjs --engine ENGINE --suite SUITE [--quick]

ENGINE  ${Object.keys(ENGINES).join(", ")}
SUITE   ${SUITES.join(", ")}
`;

process.exitCode = await main(process.argv.slice(2));

async function main(words) {
  const options = parse(words);
  if (options === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  if (options.list) return list();
  const { engine, suite, quick } = options;
  if (!ENGINES[engine].suites.includes(suite)) {
    process.stderr.write(`bench: ${engine} has no suite ${suite}; see --list\n`);
    return 2;
  }
  const found = ENGINES[engine].find();
  if (found.remedy !== undefined) {
    process.stderr.write(`bench: no ${engine} here: ${found.remedy}\n`);
    return 1;
  }
  copyPackage();
  const { run, share = 1 } = ENGINES[engine];
  return run(found, { suite, quick, share, versions: versions() });
}

/** Of the peers, as results name them. */
function versions() {
  const { dependencies } = JSON.parse(readFileSync(`${HERE}package.json`, "utf8"));
  const crates = readFileSync(BENCH_CRATES, "utf8");
  const [, rsa] = /^rsa010 = .*version = "=([^"]+)"/m.exec(crates) ?? [];
  if (rsa === undefined) throw new Error(`no exact version of rsa010 in ${BENCH_CRATES}`);
  return { ...dependencies, rsa };
}

function list() {
  const lines = Object.entries(ENGINES).flatMap(([engine, { find, suites }]) => {
    const { remedy } = find();
    if (remedy !== undefined) process.stderr.write(`bench: no ${engine} here: ${remedy}\n`);
    const available = remedy === undefined;
    return suites.map((suite) => JSON.stringify({ engine, suite, available, remedy }));
  });
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}

function parse(words) {
  const options = { list: false, quick: false, engine: undefined, suite: undefined };
  const rest = [...words];
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === "--list") options.list = true;
    else if (word === "--quick") options.quick = true;
    else if (word === "--engine") options.engine = rest.shift();
    else if (word === "--suite") options.suite = rest.shift();
    else return null;
  }
  if (options.list) return options;
  return Object.hasOwn(ENGINES, options.engine ?? "") && SUITES.includes(options.suite)
    ? options
    : null;
}
