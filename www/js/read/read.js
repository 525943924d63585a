import { awsError } from "./aws-errors.js";
import { cloudTrail } from "./cloudtrail.js";
import { firstOfLines, parse } from "./json.js";
import { keyText, privateKey } from "./keys.js";
import { queueMessages } from "./sqs.js";
import { bareToken, printedResponse, responseJson, tokenInside, wrappedResponse } from "./tokens.js";
import { jsonLines, otherJson, usageJson } from "./usage.js";

/**
 * What a pasted text is. Never throws.
 *
 * `kind`: token, register-usage-response, register-usage-error, usage-error, cli-output, public-key, private-key, cloudtrail, sqs-message, reject, usage,
 * json-lines, empty or unknown. `view` is where it belongs (null: nowhere), `text` what to put there, `line` one line on what was
 * recognised. `reasons` of a reject: what the queue's attributes say. `settings`: what belongs to the text, such as its
 * product code. `lines`: the text is to be judged line by line, as a file is.
 */
export const read = (text) => readAt(text, 0);

// A message in a message's body is read, and one in that; a deeper one is shown as it is.
const DEPTH = 2;

function readAt(text, depth) {
  if (text.trim() === "") return { kind: "empty", view: null, line: "It holds no text." };
  const early = privateKey(text) ?? bareToken(text) ?? severalLines(text);
  if (early) return early;
  const value = parse(text);
  return responseJson(value, text)
    ?? keyText(value, text)
    ?? (value === undefined ? null : cloudTrail(value))
    ?? (depth > DEPTH ? null : queueMessages(value, text, (body) => readAt(body, depth + 1)))
    ?? usageJson(value, text)
    ?? wrappedResponse(text)
    ?? printedResponse(text)
    ?? awsError(text)
    ?? tokenInside(text)
    ?? otherJson(value, text)
    ?? { kind: "unknown", view: null, line: text.includes("ReceiptHandle") ? AS_JSON : UNKNOWN };
}

/** The first line decides: an object with more behind it is nothing but lines of its kind, whatever follows. */
function severalLines(text) {
  const first = firstOfLines(text);
  if (first === null) return null;
  const { value, line } = first;
  const response = responseJson(value, line);
  if (response) return { ...response, text: line, line: `${response.line} What stands after its line is left out.` };
  const key = keyText(value, line);
  if (key?.kind === "private-key") return key;
  const events = "eventName" in value || "CloudTrailEvent" in value ? text.split("\n").map(parse) : [];
  return cloudTrail(events) ?? jsonLines(text);
}

const AS_JSON = "SQS messages, printed in a form that is not read here: print them with --output json.";
const UNKNOWN = "Not recognised. This page reads tokens, RegisterUsage responses and errors, aws CLI output (best as JSON), CloudTrail events, SQS messages, usage JSON and JSON lines.";
