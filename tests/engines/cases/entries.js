// What importing gives: when the engine is ready, and what the two entries have in common.

import { holds, same, thrown } from "./expect.js";

const ERRORS = ["MeterproofError", "VerifyError", "KeyError", "ConfigurationError", "EngineError"];

export function* entries({ full, verify, data, ready }) {
  const { productCode, keys } = data.expectations.signed;
  const configuration = { productCode, keys: { 1: keys[0].texts.pem } };
  const early = [
    ["meterproof", () => full.validate("[]")],
    ["meterproof/verify", () => verify.createVerifier(configuration)],
  ];

  // First of all cases: later the engine is ready everywhere.
  for (const [entry, work] of early) {
    yield {
      name: `${entry} is ready after ${ready}`,
      run() {
        if (ready === "import") holds(work() !== undefined, "it answers at once");
        else same(thrown(work).code, "not_initialised", "code");
      },
    };
  }
  yield {
    name: "init is there and resolves, again and again",
    async run() {
      await Promise.all([full.init(), full.init(), verify.init()]);
      await full.init();
      for (const [, work] of early) work();
    },
  };

  yield {
    name: "the entries export what they are documented to",
    run() {
      same(Object.keys(full).sort(), data.expectations.names.full, "meterproof");
      same(Object.keys(verify).sort(), data.expectations.names.verify, "meterproof/verify");
    },
  };

  yield {
    name: "an error of one entry is one of the other",
    run() {
      const refused = thrown(() => verify.publicKey("no key"));
      holds(refused instanceof Error, "an error");
      same(
        ERRORS.map((name) => [name, refused instanceof full[name], refused instanceof verify[name]]),
        ERRORS.map((name) => [name, ...Array(2).fill(["MeterproofError", "KeyError"].includes(name))]),
        "classes",
      );
      same([refused.name, refused.code], ["KeyError", "key_format_unknown"], "error");
      for (const other of [null, undefined, 7, "text", {}, new Error("other")]) {
        holds(!(other instanceof full.MeterproofError), "only errors of the package are");
      }
      class Own extends full.VerifyError {}
      holds(!(refused instanceof Own), "a subclass knows its own alone");
    },
  };

  yield {
    name: "codes has every code that the vectors expect",
    run() {
      const known = new Set(full.codes().verify);
      for (const { cases } of data.tokens) {
        for (const { name, expect } of cases) {
          if (expect.code !== undefined) holds(known.has(expect.code), `${name}: ${expect.code} is known`);
        }
      }
    },
  };
}
