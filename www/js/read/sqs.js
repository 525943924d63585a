import { plural } from "../shell/dom.js";
import { joined } from "./bodies.js";
import { isObject, isText, parse } from "./json.js";
import { printedMessages } from "./printed-messages.js";

/**
 * Messages of a queue: a Lambda event's `Records`, what `receive-message` prints, or one message. Messages of the rejects
 * queue carry the reason as attributes. `value`: of a text that is JSON; `readBody(text)` reads a single body further.
 */
export function queueMessages(value, text, readBody) {
  const messages = (value === undefined ? printedMessages(text) : messagesOf(value)).map(described);
  if (messages.length === 0) return null;
  const rejects = messages.filter(({ code }) => code !== undefined);
  const head = rejects.length > 0 ? rejectHead(rejects, messages.length) : `${plural(messages.length, "SQS message")}.`;
  const kind = rejects.length > 0 ? { kind: "reject", reasons: rejects.map(({ code, reason, id }) => ({ code, reason, id })) } : { kind: "sqs-message" };

  if (messages.length === 1) {
    const inner = readBody(messages[0].body);
    if (inner.kind === "private-key") return inner;
    return { ...inner, view: inner.view ?? "usage", text: inner.text ?? messages[0].body, ...kind, line: `${head} ${inner.view === null ? "Its body is of no form known here." : `Its body: ${lowerFirst(inner.line)}`}` };
  }
  const { text: all, settings, lines, what = "records" } = joined(messages.map(({ body }) => body));
  const where = lines ? "Their bodies do not fit one request: each is judged as it is, one a line." : `Their ${what} are below.`;
  return { ...kind, view: "usage", text: all, settings, lines, line: `${head} ${where}` };
}

const lowerFirst = (line) => line.replace(/^(A|An|The|Begins) /, (word) => word.toLowerCase());

const rejectHead = (rejects, all) => rejects.length === 1 && all === 1
  ? `A message of the rejects queue: ${rejects[0].code}.`
  : `${plural(rejects.length, "message")} of the rejects queue${rejects.length < all ? ` among ${all}` : ""}.`;

function messagesOf(value) {
  const list = Array.isArray(value) ? value
    : !isObject(value) ? []
    : Array.isArray(value.Records) ? value.Records
    : Array.isArray(value.Messages) ? value.Messages
    : [value];
  const messages = list.map(message).filter(Boolean);
  return messages.length === list.length ? messages : [];
}

// One of these makes an object with a body a message.
const SIGNS = ["messageId", "MessageId", "receiptHandle", "ReceiptHandle", "md5OfBody", "MD5OfBody", "messageAttributes", "MessageAttributes"];

function message(value) {
  if (!isObject(value)) return null;
  const body = value.body ?? value.Body;
  if (!isText(body) || !SIGNS.some((name) => name in value)) return null;
  const attributes = value.messageAttributes ?? value.MessageAttributes;
  return {
    body,
    attribute(name) {
      const found = isObject(attributes) ? attributes[name] : undefined;
      const text = isObject(found) ? found.stringValue ?? found.StringValue : undefined;
      return isText(text) ? text : undefined;
    },
  };
}

const described = ({ body, attribute }) =>
  ({ body: unwrapped(body), code: attribute("MeterproofCode"), reason: attribute("MeterproofReason"), id: attribute("MeterproofSourceMessageId") });

/** A topic's envelope around the body is left out. */
function unwrapped(body) {
  const value = parse(body);
  return isObject(value) && value.Type === "Notification" && isText(value.Message) ? value.Message : body;
}
