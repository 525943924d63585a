// Runs the suite on the packed and installed package in every engine, and prints what became of it.
//
//   node run.mjs TARBALL FOLDER [--quick] [--only NAME]...
//
// An engine that is missing or falls short makes it fail. With --quick Firefox and WebKitGTK are left
// out, and so is a Chromium that is not there: they come from the system, not from npm.

import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { resolve } from "node:path";

import { consumer } from "./engines/consumer.mjs";
import { ENGINES, SYSTEM } from "./engines/catalogue.mjs";
import { chromium } from "./engines/browsers.mjs";
import { judge, table } from "./engines/verdict.mjs";

const [tarball, folder, ...words] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node run.mjs TARBALL FOLDER [--quick] [--only NAME]...");
  process.exit(2);
}
if (!existsSync(tarball)) {
  console.error(`there is no ${tarball}: run \`cargo xtask npm\``);
  process.exit(2);
}
const { quick: isQuick, only } = flags(words);
const unknown = only.filter((name) => !ENGINES.some((engine) => engine.name === name));
if (unknown.length > 0) {
  console.error(`no such engine: ${unknown.join(", ")} (there are ${ENGINES.map(({ name }) => name).join(", ")})`);
  process.exit(2);
}

const chosen = ENGINES.filter(({ name }) => only.length === 0 || only.includes(name));
const leftOut = isQuick
  ? chosen.filter((engine) => SYSTEM.includes(engine) || (engine === chromium && engine.find().remedy !== undefined))
  : [];

const place = consumer(resolve(folder), resolve(tarball));
const rows = [];
for (const engine of chosen) {
  if (leftOut.includes(engine)) continue;
  const found = engine.find();
  if (found.remedy !== undefined) {
    rows.push({ name: engine.name, absent: found.remedy });
    continue;
  }
  process.stderr.write(`    ${engine.name} …\n`);
  const start = performance.now();
  try {
    const result = await engine.run(found, place);
    const version = await engine.version(found, result);
    rows.push({ name: engine.name, version, result, seconds: (performance.now() - start) / 1000 });
  } catch (error) {
    rows.push({ name: engine.name, result: { stopped: `${error?.message ?? error}` } });
  }
}

const verdicts = judge(rows);
console.log(table(rows, verdicts));
if (leftOut.length > 0) {
  console.log(`left out: ${leftOut.map(({ name }) => name).join(", ")} (cargo xtask engines runs all)`);
}
const wrong = verdicts.flatMap(({ complaints }) => complaints);
for (const complaint of wrong) console.error(complaint);
process.exit(wrong.length > 0 ? 1 : 0);

function flags(words) {
  const options = { quick: { type: "boolean", default: false }, only: { type: "string", multiple: true, default: [] } };
  try {
    return parseArgs({ args: words, options }).values;
  } catch (error) {
    console.error(`${error.message} (the flags are --quick and --only NAME)`);
    process.exit(2);
  }
}
