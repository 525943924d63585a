// What several tests need: vectors, keys, and tokens signed by Node's own crypto.

import { constants, generateKeyPairSync, sign } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";

const installed = new URL("./node_modules/meterproof/", import.meta.url);

/** One of the package's WebAssembly files, such as `full.simd`. */
export function wasm(name) {
  return readFileSync(new URL(`wasm/${name}.wasm`, installed));
}

/** Node.js 20 has relaxed vector instructions, but behind a flag. */
export function enableRelaxedSimd() {
  if (!WebAssembly.validate(wasm("verify.relaxed"))) setFlagsFromString("--experimental-wasm-relaxed-simd");
}

const copies = [];
process.on("exit", () => {
  for (const folder of copies) rmSync(folder, { recursive: true, force: true });
});

/**
 * An entry of the package in a copy of its own, so that it has an engine of its own, which is
 * not loaded yet where the entry is one of browsers.
 */
export async function copyOf(entry) {
  return import(pathToFileURL(join(copyOfPackage(), entry)));
}

/** The folder of a copy of the package; it goes when the process does. */
export function copyOfPackage() {
  const folder = mkdtempSync(join(tmpdir(), "meterproof-"));
  copies.push(folder);
  cpSync(installed, folder, { recursive: true });
  return folder;
}

/** What the work does with the instance of WebAssembly that it makes: how large its memory is. */
export function memoryOf(work) {
  const { Instance } = WebAssembly;
  const made = [];
  WebAssembly.Instance = function (module) {
    made.push(new Instance(module));
    return made.at(-1);
  };
  try {
    work();
  } finally {
    WebAssembly.Instance = Instance;
  }
  if (made.length !== 1) throw new Error(`${made.length} instances were made`);
  return () => made[0].exports.memory.buffer.byteLength;
}

/** The files of tests/vectors, or of a folder in it, whose names match, parsed. */
export function vectors(pattern, folder = "") {
  const path = join(process.env.METERPROOF_VECTORS, folder);
  const files = readdirSync(path).filter((name) => pattern.test(name));
  if (files.length === 0) throw new Error(`no vectors in ${path}`);
  return files.map((name) => ({ name, ...JSON.parse(readFileSync(join(path, name), "utf8")) }));
}

export const PRODUCT = "container0000000000000001";

/** 2026-11-21T10:00:00Z, in milliseconds. */
export const NOW = 1_795_255_200_000;

/** A fresh key pair for PS256: the public half as PEM and as JWK text. */
export function keyPair(modulusLength = 2048) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength });
  return {
    privateKey,
    pem: publicKey.export({ type: "spki", format: "pem" }),
    pkcs1: publicKey.export({ type: "pkcs1", format: "pem" }),
    jwk: JSON.stringify(publicKey.export({ format: "jwk" })),
  };
}

/** The compact JWS of a payload, as RegisterUsage signs it. */
export function token(privateKey, payload, header = { alg: "PS256", typ: "JWT" }) {
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = sign("sha256", Buffer.from(input), {
    key: privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });
  return `${input}.${signature.toString("base64url")}`;
}

/** A small seeded generator (mulberry32), so that a failure replays. */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { next, below, pick: (items) => items[below(items.length)] };
}

/**
 * The text of a usage vector's document: a string, or pieces that are joined. A piece is a
 * string, or a string and how often it is repeated, with § for the number of the repetition.
 */
export function documentText(document) {
  if (typeof document === "string") return document;
  const repeated = ([text, count]) =>
    Array.from({ length: count }, (_, at) => text.replaceAll("§", String(at))).join("");
  return document.map((piece) => (typeof piece === "string" ? piece : repeated(piece))).join("");
}
