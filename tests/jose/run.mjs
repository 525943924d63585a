// 10,000 tokens of one seed, judged by jose and by meterproof: the verdicts are equal, except where
// meterproof is stricter by a rule that docs/jose.md lists, and as often as it says there.
//
//   node run.mjs [package folder]            compare with docs/jose.md
//   node run.mjs [package folder] --write    write the counts into docs/jose.md
//   node run.mjs … --seed=TEXT               other tokens; only unlisted rules fail then

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { keyPair } from "./keys.mjs";
import * as mutate from "./mutations.mjs";
import { withJose, withMeterproof } from "./peers.mjs";
import { Random } from "./random.mjs";
import { good, unusual } from "./shapes.mjs";

const PINNED = "meterproof 1";
/** How many tokens are made in each way: 10,000 together. */
const PLAN = [
  ["valid", 1_000],
  ["unusual, well signed", 1_800],
  ["one bit of the text", 1_600, mutate.flipTextBit],
  ["one bit of a segment", 1_200, mutate.flipSegmentBit],
  ["the last character of a segment", 500, mutate.changeLastCharacter],
  ["one character", 2_400, mutate.editCharacter],
  ["a separator", 400, mutate.changeSeparator],
  ["another notation", 800, mutate.changeNotation],
  ["segments of two tokens", 300, mutate.mix],
];

const seed = process.argv.find((word) => word.startsWith("--seed="))?.slice(7) ?? PINNED;
const folder = process.argv.slice(2).find((word) => !word.startsWith("--")) ?? "../../target/npm/package";
const page = new URL("../../docs/jose.md", import.meta.url);

/** The package's entry for Node.js, as its package.json names it. */
async function meterproof() {
  const root = resolve(folder);
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entry = (target) => {
    if (typeof target === "string") return target;
    const condition = Object.keys(target).find((name) => ["node", "import", "default"].includes(name));
    return entry(target[condition]);
  };
  return import(pathToFileURL(join(root, entry(exports["."]))));
}

/** All tokens: how each was made, and the nonce that is asked of it. */
function* tokens(world) {
  const base = Array.from({ length: 60 }, () => good(world));
  for (const [kind, count, change] of PLAN) {
    for (let made = 0; made < count; made += 1) {
      if (change === undefined) {
        yield { kind, ...(kind === "valid" ? good(world) : unusual(world)) };
        continue;
      }
      const { token, nonce } = world.random.pick(base);
      const other = world.random.pick(base).token;
      yield { kind, nonce, original: token, token: change({ token, other, random: world.random }) };
    }
  }
}

async function compare() {
  const random = new Random(seed);
  const keys = { 1: keyPair(seed, 2048), 2: keyPair(seed, 3072), 3: keyPair(seed, 4096) };
  const ours = withMeterproof(await meterproof(), keys);
  const theirs = await withJose(keys);
  const result = { tokens: 0, accepted: 0, refused: 0, rules: new Map(), kinds: new Map(), lax: [], forged: [] };
  for (const one of tokens({ random, keys })) {
    const code = ours(one.token, one.nonce);
    const accepts = await theirs(one.token, one.nonce);
    result.tokens += 1;
    if (code === null && !accepts) result.lax.push(one);
    else if (code === null) result.accepted += 1;
    else if (!accepts) result.refused += 1;
    else {
      result.rules.set(code, (result.rules.get(code) ?? 0) + 1);
      result.kinds.set(one.kind, (result.kinds.get(one.kind) ?? 0) + 1);
    }
    if (one.kind === "valid") assert.equal(code, null, `a valid token was refused: ${one.token}`);
    const isChanged = one.original !== undefined && one.token !== one.original;
    if (isChanged && code === null) result.forged.push(one);
  }
  return result;
}

const BETWEEN = (name) => new RegExp(`(<!-- ${name} -->\\n)([^]*?)(<!-- /${name} -->)`);

/** The rules that docs/jose.md lists, with their counts. */
function listed(text) {
  const [, , table] = text.match(BETWEEN("rules")) ?? assert.fail("docs/jose.md has no table of rules");
  return new Map([...table.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, code, count]) => [code, Number(count)]));
}

function totals({ tokens, accepted, refused, rules }) {
  const stricter = [...rules.values()].reduce((sum, count) => sum + count, 0);
  return [
    `| Both accept | ${accepted} |`,
    `| Both refuse | ${refused} |`,
    `| meterproof refuses, jose accepts | ${stricter} |`,
    "| meterproof accepts, jose refuses | 0 |",
    `| Tokens | ${tokens} |`,
  ].map((line) => `${line}\n`).join("");
}

const started = performance.now();
const result = await compare();
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(totals(result).trimEnd());
for (const [code, count] of [...result.rules].sort()) console.log(`  ${code}: ${count}`);
console.log(`${seconds} s, seed "${seed}"`);

assert.equal(result.tokens, 10_000);
assert.deepEqual(result.lax.slice(0, 3), [], "meterproof accepts what jose refuses");
assert.deepEqual(result.forged.slice(0, 3), [], "a changed token was accepted");
let text = readFileSync(page, "utf8");
const rules = listed(text);
for (const code of result.rules.keys()) {
  assert.ok(rules.has(code), `docs/jose.md does not list ${code}: add a row that says why meterproof is stricter`);
}
if (seed === PINNED) {
  const counted = (code) => result.rules.get(code) ?? 0;
  if (process.argv.includes("--write")) {
    text = text
      .replace(/^\| `(\w+)` \| \d+ \|/gm, (_, code) => `| \`${code}\` | ${counted(code)} |`)
      .replace(BETWEEN("totals"), (_, begin, old, end) => begin + old.split("\n").slice(0, 2).join("\n") + "\n" + totals(result) + end);
    writeFileSync(page, text);
  } else {
    for (const [code, count] of rules) {
      assert.ok(count > 0, `docs/jose.md lists ${code}, which no token of the seed shows`);
      assert.equal(count, counted(code), `docs/jose.md counts ${code} otherwise: run with --write and look at what changed`);
    }
    assert.ok(text.includes(totals(result)), "docs/jose.md has other totals: run with --write");
  }
}
