// From the bytes of a BatchMeterUsage request of 25 records to a report; results are per record.

import { usageDocuments } from "../inputs/usage.mjs";
import { gateValidator } from "../measure/gate.mjs";
import { report } from "../measure/report.mjs";
import { interleaved } from "../measure/rounds.mjs";
import { subjectsOf } from "./subjects.mjs";

export async function usage(host) {
  const { now, document } = await host.usage();
  const documents = usageDocuments(document);
  const subjects = await subjectsOf(host, host.subjects.usage, { now });
  for (const subject of subjects) {
    gateValidator(subject, documents);
    subject.items = documents.records;
    subject.call = () => {
      if (!subject.accepts(documents.bytes)) throw new Error(`${subject.name} changed its mind`);
    };
  }
  report(host, { suite: "usage" }, subjects, await interleaved(host, subjects, {
    rounds: 100,
    label: "usage",
  }));
}
