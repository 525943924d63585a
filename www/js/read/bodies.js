import { elementsOf, membersOf } from "../usage/spans.js";
import { isEvent, isObject, isText, parse } from "./json.js";

const MOST_RECORDS = 25;

/**
 * Several bodies as one text. Every record stays as it was written: its digits, and a name that stands twice, are what is
 * judged. Requests of one product become one request, or an array where they are too many; records become an array, and
 * events do (`what`). Whatever else there is comes one body a line (`lines`).
 */
export function joined(bodies) {
  const given = bodies.map(formOf);
  const [{ form, product, code }] = given;
  if (form === null || given.some((other) => other.form !== form || other.product !== product)) return asLines(bodies);
  const records = given.flatMap(({ records }) => records);
  if (form !== "request") return { text: list(records), what: form };
  const text = records.length > MOST_RECORDS ? list(records) : `{\n"ProductCode": ${code},\n"UsageRecords": ${list(records)}\n}`;
  return { text, settings: { product } };
}

const list = (records) => `[\n${records.join(",\n")}\n]`;

/** Only a form whose records lose nothing when they stand beside others: `form` is null for all the rest. */
function formOf(text) {
  const value = parse(text);
  const slice = ({ from, to }) => text.slice(from, to);
  if (Array.isArray(value)) return { form: formOfAll(value), records: elementsOf(text).map(slice) };
  const form = formOfAll([value]);
  if (form !== null) return { form, records: [text.trim()] };
  if (!isObject(value) || !isText(value.ProductCode) || !Array.isArray(value.UsageRecords)) return { form: null };
  const members = membersOf(text);
  const code = members.find(({ name }) => name === "ProductCode");
  const records = elementsOf(text, members.find(({ name }) => name === "UsageRecords").from).map(slice);
  // A third member, a name twice, no record or too many: a fault of that request, which must stay in it.
  const isWhole = members.length === 2 && records.length > 0 && records.length <= MOST_RECORDS;
  return isWhole ? { form: "request", product: value.ProductCode, code: slice(code), records } : { form: null };
}

const formOfAll = (values) => (values.every(isBareRecord) ? "records" : values.every(isEvent) ? "events" : null);

const isBareRecord = (value) => isObject(value) && "Dimension" in value && !isEvent(value) && !["ProductCode", "UsageRecords", "UsageDimension"].some((name) => name in value);

const asLines = (bodies) => ({ text: bodies.map((body) => `${line(body)}\n`).join(""), lines: true });

/** JSON has its line breaks between values alone; what is no JSON, and has some, stays a message with a body. */
function line(body) {
  if (parse(body) !== undefined) return body.replace(/[\r\n]/g, " ");
  return /[\r\n]/.test(body) || body.trim() === "" ? JSON.stringify({ body }) : body;
}
