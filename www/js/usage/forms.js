// The forms in which sellers keep usage beside AWS's own: usage events, and messages with a body. What is judged is
// the UsageRecord inside; every place in it is known in the text, too.

import { isEvent, isObject, isText, parse } from "../read/json.js";
import { elementsOf, membersOf } from "./spans.js";

// Members of an event that a UsageRecord does not have; the product code belongs to the request.
const OF_EVENT = new Set(["EventId", "Source", "Tags", "ProductCode"]);

/**
 * What is to be judged of a text that AWS's own forms do not fit: `{ form, documents }`, or null. A document is
 * `{ text, outer }`: `outer(at)` is the place in the text. One of an event has `event`, its id, `head`, the pointer to its usage, and
 * `lacks`, a member that is not there and has to be; and `from`, where it begins. `product`: the product code of bare records that need one.
 */
export function recognise(text, product) {
  const value = parse(text);
  const events = eventsIn(text, value, product);
  if (events !== null) return { form: "event", documents: events };
  if (!isObject(value)) return null;
  const bodies = messages(text, value, product);
  if (bodies.length > 0) return { form: "message", documents: bodies };
  return needsProduct(value) && product ? { form: "record", documents: [withProduct(text, JSON.stringify(product))] } : null;
}

/** The documents of one event, or of an array with at least one; null for any other text, whose value is `value`. */
export function eventsIn(text, value, product) {
  if (isEvent(value)) return [{ ...eventOf(text, value, product), from: 0 }];
  if (!Array.isArray(value) || !value.some(isEvent)) return null;
  return elementsOf(text).map(({ from, to }, index) => {
    const found = eventOf(text.slice(from, to), isObject(value[index]) ? value[index] : {}, product);
    return { ...found, from, head: `/${index}${found.head}`, outer: (at) => from + found.outer(at) };
  });
}

const needsProduct = (value) => value.LicenseArn === undefined && value.UsageRecords === undefined &&
  (value.CustomerIdentifier !== undefined || value.CustomerAWSAccountId !== undefined) && value.Dimension !== undefined;

/** A plain event holds its usage itself, a CloudEvent in its data. */
function eventOf(text, value, product) {
  const isCloud = "specversion" in value;
  const usage = !isCloud ? value : isObject(value.data) ? value.data : {};
  const member = (wanted) => membersOf(text).find(({ name }) => name === wanted);
  const at = isCloud && usage === value.data ? member("data").from : 0;
  return {
    ...eventText(text, usage === value || at > 0 ? membersOf(text, at) : [], at, isCloud && member("time"), needsProduct(usage) ? product : undefined),
    event: JSON.stringify(isCloud ? [value.source, value.id] : [value.Source ?? null, value.EventId]),
    head: isCloud ? "/data" : "",
    lacks: (isCloud ? ["id", "source", "type"] : ["EventId"]).find((name) => !isText(value[name]) || value[name] === ""),
  };
}

/** The UsageRecord of an event, in a request where the event names a product. */
function eventText(line, members, at, time, product) {
  const text = new Pieces(line);
  const code = members.find(({ name }) => name === "ProductCode");
  const request = code !== undefined || product !== undefined;
  if (request) {
    text.add('{"ProductCode":', at);
    if (code) text.copy(code.from, code.to);
    else text.add(JSON.stringify(product), at);
    text.add(',"UsageRecords":[', at);
  }
  text.add("{", at);
  let comma = "";
  for (const { name, start, to } of members) {
    if (OF_EVENT.has(name)) continue;
    text.add(comma, start);
    text.copy(start, to);
    comma = ",";
  }
  if (time) {
    text.add(`${comma}"Timestamp":`, time.start);
    text.copy(time.from, time.to);
  }
  text.add("}", members.at(-1)?.to ?? at);
  if (request) text.add("]}", at);
  return text.document();
}

/** A queue's message, or an invocation with several: what their bodies hold. */
function messages(line, value, product) {
  const found = [];
  for (const member of membersOf(line)) {
    if (/^[Bb]ody$/.test(member.name) && line[member.from] === '"') found.push(...body(line, member, product));
    if (member.name !== "Records" || !Array.isArray(value.Records)) continue;
    for (const element of elementsOf(line, member.from)) {
      if (line[element.from] !== "{") continue;
      for (const inner of membersOf(line, element.from)) {
        if (inner.name === "body" && line[inner.from] === '"') found.push(...body(line, inner, product));
      }
    }
  }
  return found;
}

function body(line, { from, to }, product) {
  const text = JSON.parse(line.slice(from, to));
  const outer = () => from;
  const inside = recognise(text, product);
  return inside === null ? [{ text, outer }] : inside.documents.map((document) => ({ ...document, outer }));
}

function withProduct(line, code) {
  const text = new Pieces(line);
  text.add(`{"ProductCode":${code},"UsageRecords":[`, 0);
  text.copy(0, line.trimEnd().length);
  text.add("]}", 0);
  return text.document();
}

/** A text of pieces of a line, which knows where each came from. */
class Pieces {
  #line;
  #text = "";
  #places = [];

  constructor(line) {
    this.#line = line;
  }

  /** Text that the line does not have; `near` is where its faults are shown. */
  add(text, near) {
    this.#places.push({ at: this.#text.length, outer: near, copied: false });
    this.#text += text;
  }

  copy(from, to) {
    this.#places.push({ at: this.#text.length, outer: from, copied: true });
    this.#text += this.#line.slice(from, to);
  }

  document() {
    const places = this.#places;
    return {
      text: this.#text,
      outer(at) {
        const place = places.findLast((piece) => piece.at <= at) ?? places[0];
        return place.outer + (place.copied ? at - place.at : 0);
      },
    };
  }
}
