// Compares the paths in WebAssembly with node:crypto, that is, OpenSSL, on the cases that the native
// comparison is made of.
//
//   node tests/differential/wasm.mjs [--bits 2048] [--cases 100000] [--seed 1]
//
// Builds the module without vectors, with simd128, and with relaxed vectors where this Node.js runs them
// (24 and newer). Exit code 1 where a result differs.
import { spawn, spawnSync } from 'node:child_process';
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const target = fileURLToPath(new URL('../../target/differential/', import.meta.url));
const { values: options } = parseArgs({
  options: {
    bits: { type: 'string', default: '2048' },
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});
const total = Number(options.cases);

/** The module's paths, for one build. */
async function paths(label, features) {
  const directory = `${target}${label}`;
  // As the npm package is compiled: the profile `wasm` of the workspace and the flags of xtask/package.
  const flags = `${features} -Cllvm-args=--inline-threshold=12`;
  const environment = { ...process.env, CARGO_TARGET_DIR: directory, CARGO_PROFILE_RELEASE_OPT_LEVEL: '2', RUSTFLAGS: flags };
  const cargo = ['build', '--release', '--quiet', '--target', 'wasm32-unknown-unknown'];
  const crate = ['-p', 'meterproof-differential-wasm'];
  const built = spawnSync('cargo', [...cargo, ...crate], { cwd: here, stdio: 'inherit', env: environment });
  if (built.status !== 0) process.exit(2);
  const file = `${directory}/wasm32-unknown-unknown/release/meterproof_differential_wasm.wasm`;
  const module = readFileSync(file);
  if (!WebAssembly.validate(module)) {
    console.error(`${label} is left out: Node.js ${process.versions.node} does not run it`);
    return [];
  }
  const { instance } = await WebAssembly.instantiate(module, {});
  const { memory, buffer, path_count, path_name, set_key, apply } = instance.exports;
  const bytes = (length) => new Uint8Array(memory.buffer, buffer(), length);
  return Array.from({ length: path_count() }, (_, path) => {
    const name = Buffer.from(bytes(path_name(path))).toString();
    let modulus;
    return {
      name: `${name} ${label}`,
      reference: name === 'reference',
      compared: 0,
      differences: 0,
      setKey(number) {
        modulus = number;
      },
      // One instance serves all paths: its key is whichever was set last.
      applyAll(bases) {
        bytes(modulus.length).set(modulus);
        if (!set_key(path, modulus.length, 65537n)) throw new Error(`${name} refuses the modulus`);
        return bases.map((base) => {
          bytes(base.length).set(base);
          return apply(base.length) ? Buffer.from(bytes(base.length)).toString('hex') : 'refused';
        });
      },
    };
  });
}

/** What OpenSSL makes of the bases. */
function expected(modulus, bases) {
  const n = modulus.toString('base64url');
  const key = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' });
  return bases.map((base) => {
    if (Buffer.compare(base, modulus) >= 0) return 'refused';
    return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, base).toString('hex');
  });
}

const subjects = [
  ...(await paths('scalar', '')),
  ...(await paths('simd128', '-Ctarget-feature=+simd128')),
  ...(await paths('relaxed', '-Ctarget-feature=+simd128,+relaxed-simd -Cllvm-args=--pre-RA-sched=source')),
];
let done = 0;
let last = Date.now();

function compare(modulus, bases) {
  const results = expected(modulus, bases);
  for (const subject of subjects) {
    // The reference is a hundred times slower: one base of each modulus.
    const some = subject.reference ? 1 : bases.length;
    subject.setKey(modulus);
    subject.applyAll(bases.slice(0, some)).forEach((actual, at) => {
      subject.compared += 1;
      if (actual === results[at]) return;
      subject.differences += 1;
      if (subject.differences > 3) return;
      console.log(`path      ${subject.name}\nmodulus   ${modulus.toString('hex')}`);
      console.log(`base      ${bases[at].toString('hex')}\nopenssl   ${results[at]}\nactual    ${actual}\n`);
    });
  }
  done += bases.length;
  if (Date.now() - last > 5000 || done === total) {
    console.error(`${done} of ${total} cases`);
    last = Date.now();
  }
}

const program = ['run', '--release', '--quiet', '--bin', 'cases', '--'];
const numbers = [options.bits, options.cases, options.seed];
const cases = spawn('cargo', [...program, ...numbers], { cwd: here, stdio: ['ignore', 'pipe', 'inherit'] });
const exit = new Promise((resolve) => cases.once('exit', resolve));
let modulus;
let bases = [];
for await (const line of createInterface({ input: cases.stdout })) {
  const number = Buffer.from(line.slice(2), 'hex');
  if (line.startsWith('n')) {
    if (bases.length > 0) compare(modulus, bases);
    [modulus, bases] = [number, []];
  } else {
    bases.push(number);
  }
}
if (bases.length > 0) compare(modulus, bases);
if ((await exit) !== 0 || done !== total) {
  console.error(`only ${done} of ${total} cases were made`);
  process.exit(2);
}

console.log(`${options.bits} bits, ${total} cases, seed ${options.seed}, Node ${process.versions.node}`);
for (const { name, compared, differences } of subjects) {
  console.log(`${name.padEnd(24)}${String(compared).padStart(10)} compared${String(differences).padStart(6)} different`);
}
process.exit(subjects.some((subject) => subject.differences > 0) ? 1 : 0);
