import { nanoseconds } from "./statistics.mjs";

/** One result line for each subject; `samples` are milliseconds per item, in the subjects' order. */
export function report(host, { suite, bits }, subjects, samples) {
  subjects.forEach(({ name, note }, i) => {
    host.emit({ suite, engine: host.engine, subject: name, bits, ...nanoseconds(samples[i]), note });
  });
}
