// The suite: every case by its name, run one after the other in whatever engine this is.

import { entries } from "./entries.js";
import { hostile } from "./hostile.js";
import { keys } from "./keys.js";
import { many } from "./many.js";
import { diagnoses, registrations, tokens } from "./tokens.js";
import { plans, reports, usage, windows } from "./usage.js";

const GROUPS = { entries, keys, registrations, tokens, many, diagnoses, hostile, usage, reports, plans, windows };

/**
 * Runs every case and resolves to `{ passed, failures, answers }`.
 *
 * @param context `full` and `verify` are the package's two entries, `data` is what the runner read,
 * `ready` says when the engine is to be ready: after the `"import"`, or after `"init"`
 * @returns `failures` are `{ name, message }`; `answers` is a hash of everything that the package
 * answered to the inputs of the data, which has to be the same in every engine
 */
export async function run(context) {
  const answers = digest();
  const failures = [];
  let passed = 0;
  for (const [group, cases] of Object.entries(GROUPS)) {
    for (const { name, run: one } of cases({ ...context, record: answers.add })) {
      try {
        await one();
        passed += 1;
      } catch (error) {
        failures.push({ name: `${group}: ${name}`, message: `${error?.message ?? error}` });
      }
    }
  }
  return { passed, failures, answers: answers.value() };
}

/** FNV-1a in two lanes: enough to tell answers apart, and no engine lacks it. */
function digest() {
  let [first, second] = [0x811c9dc5, 0x01000193];
  return {
    add(text) {
      for (let at = 0; at < text.length; at += 1) {
        first = Math.imul(first ^ text.charCodeAt(at), 0x01000193);
        second = Math.imul(second ^ text.charCodeAt(at), 0x85ebca6b);
      }
    },
    value: () => [first, second].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join(""),
  };
}
