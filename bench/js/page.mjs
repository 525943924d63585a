// What runs in the page of a browser: engines/chromium.mjs calls these functions.

import { COLD } from "./cold/in-browser.mjs";
import { SUBJECTS } from "./subjects/in-browser.mjs";
import { SUITES } from "./suites/index.mjs";

const fetched = async (path) => {
  const response = await fetch(path);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
};
const tokens = async (bits) => (await fetch(`/tokens/${bits}.json`)).json();

/** One suite, in this page. */
globalThis.runSuite = ({ suite, engine, quick, share, versions, now }) =>
  SUITES[suite]({
    engine,
    quick,
    share,
    versions,
    subjects: SUBJECTS,
    emit: globalThis.emit,
    progress: globalThis.progress,
    tokens,
    usage: async () => ({ now, document: await fetched("/usage.json") }),
    sha256: async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)),
    comparedWasm: (name) => fetched(`/compared/${name}`),
    async loadPackage(entry, variant) {
      const folder = `/variant/${variant}`;
      const module = await import(`${folder}/${entry}.js`);
      const file = entry === "verify" ? "verify" : "full";
      await module.init(await fetched(`${folder}/wasm/${file}.${variant}.wasm`));
      return module;
    },
  });

/** The subjects of the cold suite. */
globalThis.coldSubjects = () => Object.keys(COLD);

/** The first verification of this page by one subject, in milliseconds. */
globalThis.runCold = async ({ bits, subject, versions }) => {
  const input = await tokens(bits);
  const { name, first } = COLD[subject];
  const start = performance.now();
  const claims = await first(input);
  const time = performance.now() - start;
  if (claims.productCode !== input.productCode || claims.nonce !== input.nonces[0]) {
    throw new Error(`${subject} does not answer the token's claims`);
  }
  return { name: name(versions), time };
};
