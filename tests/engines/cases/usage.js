// Usage documents: the vectors that the Rust tests read too, then reports, plans and windows to the letter.

import { outcome, same } from "./expect.js";
import { bytesOf, textOf } from "./inputs.js";

/** Each document of tests/vectors as text and as bytes, through validate, check and plan. */
export function* usage({ full, data, record }) {
  for (const { name, rules, dimensions, now, document, expect } of data.usage) {
    yield {
      name,
      run() {
        const text = textOf(document);
        const options = { rules, dimensions, now: new Date(now) };
        const bytes = bytesOf(text);
        const cut = {
          text: ({ start, end }) => text.slice(start, end),
          bytes: ({ start, end }) => new TextDecoder().decode(bytes.subarray(start, end)),
        };
        for (const [form, given] of [["text", text], ["bytes", bytes]]) {
          const { records, ...report } = full.validate(given, options);
          same(
            {
              verdict: report.verdict,
              kind: report.kind,
              recordCount: report.recordCount,
              valid: records.map(({ index }) => index),
              violations: report.violations.map((found, at) => {
                const wanted = [found.code, found.pointer, found.severity];
                // Some vectors name the text at the violation too.
                return expect.violations[at]?.[3] === undefined ? wanted : [...wanted, cut[form](found)];
              }),
            },
            { ...expect, violations: expect.violations.map((violation) => violation.filter((part) => part !== undefined)) },
            `the report on ${form}`,
          );
          same(full.check(given, options), report, `check on ${form}`);
          record(outcome(() => full.validate(given, options)));
          record(outcome(() => full.plan(given, options)));
        }
      },
    };
  }
}

/** Every word of some reports. */
export function* reports({ full, data }) {
  for (const { name, document, options, report } of data.expectations.reports) {
    yield { name, run: () => same(full.validate(textOf(document), options), report, "report") };
  }
}

/** Every byte of some plans. */
export function* plans({ full, data }) {
  for (const { name, document, options, plan } of data.expectations.plans) {
    yield { name, run: () => same(full.plan(textOf(document), options), plan, "plan") };
  }
}

/** When usage is accepted. */
export function* windows({ full, data }) {
  for (const { name, options, window } of data.expectations.windows) {
    yield { name, run: () => same(full.rulesWindow(options), window, "window") };
  }
}
