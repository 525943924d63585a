import { REGISTER_USAGE_ERRORS } from "../token/register-usage-errors.js";

const NAME = /\b([A-Z][A-Za-z]{4,60}Exception)\b/g;
const OPERATION = /\bcalling the ([A-Z]\w{2,40}) operation/;

/** An error of RegisterUsage in a log line, a stack trace or an HTTP body. */
export function registerUsageError(text) {
  if (text.length > 20_000) return null;
  const operation = OPERATION.exec(text)?.[1];
  if (operation !== undefined && operation !== "RegisterUsage") return null;
  for (const [, name] of text.matchAll(NAME)) {
    if (REGISTER_USAGE_ERRORS.some((error) => error.name === name)) {
      return { kind: "register-usage-error", view: "token", error: name, line: `RegisterUsage answered ${name}. What it means and what to do is below.` };
    }
  }
  return null;
}
