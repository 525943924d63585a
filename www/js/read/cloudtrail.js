import { plural } from "../shell/dom.js";
import { isObject, isText, parse, print } from "./json.js";
import { statuses } from "./usage.js";

/** CloudTrail's records of calls: one event, a log file's `Records`, or what `lookup-events` prints. */
export function cloudTrail(value) {
  const events = eventsOf(value);
  const metered = events.filter(({ eventName }) => eventName === "BatchMeterUsage" || eventName === "MeterUsage");
  if (metered.length === 0) return registration(events);

  const [first] = metered;
  const error = isText(first.errorCode) ? ` AWS refused it: ${first.errorCode.slice(0, 80)}.` : "";
  const when = isText(first.eventTime) ? ` of ${first.eventTime.slice(0, 30)}` : "";
  const then = when && ' To judge it as of then, fill in "Judge as of".';
  if (first.eventName === "MeterUsage") {
    return found(print(asSent(first.requestParameters)), `A CloudTrail event of MeterUsage${when}${others(metered.length - 1)}.${error}${then}`);
  }
  const calls = metered.filter(({ eventName }) => eventName === "BatchMeterUsage");
  const batches = calls.map(({ requestParameters }) => asSent(requestParameters));
  const products = new Set(batches.map(({ ProductCode }) => ProductCode));
  const same = products.size === 1 ? batches : batches.slice(0, 1);
  const said = statuses(calls.slice(0, same.length).flatMap(({ responseElements }) => asSent(responseElements).Results ?? []));
  const records = same.flatMap(({ UsageRecords }) => (Array.isArray(UsageRecords) ? UsageRecords : []));
  const body = { ...batches[0], UsageRecords: records };
  return found(print(same.length > 1 && records.length > 25 ? records : body),
    `${plural(same.length, "CloudTrail event")} of BatchMeterUsage${same.length === 1 ? when : ""}, ${plural(records.length, "record")}${others(metered.length - same.length)}.${error}${said && ` AWS answered: ${said}.`}${same.length === 1 ? then : ""}`,
    same.length > 1 && records.length > 25 && isText(batches[0].ProductCode) ? { settings: { product: batches[0].ProductCode } } : {});
}

const found = (text, line, more) => ({ kind: "cloudtrail", view: "usage", text, line, ...more });

const others = (count) => (count > 0 ? `; ${plural(count, "event")} of another product or operation ${count === 1 ? "is" : "are"} left out` : "");

function registration(events) {
  const event = events.find(({ eventName }) => eventName === "RegisterUsage");
  const signature = event?.responseElements?.signature;
  if (!isText(signature)) return null;
  return { kind: "cloudtrail", view: "token", text: signature, line: "A CloudTrail event of RegisterUsage. Its token is below." };
}

function eventsOf(value) {
  const list = Array.isArray(value) ? value
    : !isObject(value) ? []
    : Array.isArray(value.Records) ? value.Records
    : Array.isArray(value.Events) ? value.Events
    : [value];
  return list
    .map((event) => (isObject(event) && isText(event.CloudTrailEvent) ? parse(event.CloudTrailEvent) : event))
    .filter((event) => isObject(event) && isText(event.eventName));
}

// The deepest member of a request is a tag's key, six levels down.
const DEPTH = 8;

/** Request parameters as they were sent: CloudTrail writes names with a small first letter and moments in words. */
function asSent(value, depth = 0) {
  if (depth > DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => asSent(item, depth + 1));
  if (!isObject(value)) return depth === 0 ? {} : value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => {
    const sent = name === "customerAWSAccountID" ? "CustomerAWSAccountId" : name.charAt(0).toUpperCase() + name.slice(1);
    return [sent, sent === "Timestamp" ? momentSent(member) : asSent(member, depth + 1)];
  }));
}

const WORDS = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d):(\d\d)\s([AP]M)$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Apr 19, 2018 4:32:50 PM" is UTC; anything else stays as it is. */
function momentSent(value) {
  const [, month, day, year, hour, minute, second, half] = (isText(value) && WORDS.exec(value)) || [];
  if (!MONTHS.includes(month)) return value;
  const ms = Date.UTC(year, MONTHS.indexOf(month), day, (hour % 12) + (half === "PM" ? 12 : 0), minute, second);
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
