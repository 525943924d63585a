import { REGISTER_USAGE_ERRORS } from "../token/register-usage-errors.js";

const NAME = /\b([A-Z][A-Za-z]{4,60}Exception)\b/g;
const OPERATION = /(?:\bcalling the |AWSMPMeteringService\.)([A-Z]\w{2,40})/;
// What RegisterUsage has no error for, and a call with usage records has (service model 2016-01-14).
const OF_RECORDS = /^(?:Timestamp|InvalidUsage|InvalidTag|InvalidCustomer|InvalidLicense|DuplicateRequest|Idempotency)/;

/** An error of RegisterUsage, or of a call that sends usage records, in a log line, a stack trace or an HTTP body. */
export function awsError(text) {
  if (text.length > 20_000) return null;
  const operation = OPERATION.exec(text)?.[1];
  for (const [, name] of text.matchAll(NAME)) {
    const known = REGISTER_USAGE_ERRORS.find((error) => error.name === name);
    if (operation === undefined ? OF_RECORDS.test(name) : operation.endsWith("MeterUsage")) {
      const act = known?.again ? "Wait, and send the same again." : "Paste the request: what breaks a rule is marked.";
      return { kind: "usage-error", view: null, line: `${operation ?? "AWS"} answered ${name}. ${act}` };
    }
    if (known && (operation ?? "RegisterUsage") === "RegisterUsage") {
      return { kind: "register-usage-error", view: "token", error: name, line: `RegisterUsage answered ${name}. What it means and what to do is below.` };
    }
  }
  return null;
}
