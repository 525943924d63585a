// The records of a file against each other: first ones, repeats, conflicts; and how they lie in time.

import { HOUR } from "../../shell/time.js";
import { Hours } from "./hours.js";
import { Pairs } from "./pairs.js";
import { MOST_KEYS, NEW, NOT_KEPT, Seen, hash } from "./seen.js";

export class Tally {
  hours = new Hours();
  pairs = new Pairs();
  accepted = 0;
  repeated = 0;
  conflicts = 0;
  rejected = 0;
  /** Records that were not compared, because the memory for keys was full. */
  uncompared = 0;
  #seen;
  #keys = 0;

  constructor(limit = MOST_KEYS) {
    this.#seen = new Seen(limit);
  }

  get keys() {
    return this.#seen?.count ?? this.#keys;
  }

  /** Gives back the memory that is only needed while records come. */
  forget() {
    this.#keys = this.keys;
    this.#seen = null;
  }

  reject(hour) {
    this.rejected += 1;
    this.hours.add(hour, "rejected");
  }

  /** A MeterUsage body: a call of its own, compared with nothing. */
  alone(hour) {
    this.accepted += 1;
    this.hours.add(hour, "accepted");
  }

  /**
   * Adds a valid record. Answers null, or how it stands to an earlier one:
   * `{ kind, first: { line, index, offset }, together, kept }`: whether both stand in one document, of which this is the line's
   * record `from` on, and whether the pair is remembered.
   */
  add(record, { line, index, from, offset, event, split }) {
    // An event is counted once under its id, and added to those of the same hour.
    const own = keyOf(record);
    const key = event === undefined ? own : `event ${event}`;
    const value = canonical(record.quantity);
    const [quantity] = hash(event === undefined ? value : `${value}\n${split}\n${own}\n${record.timestamp}`);
    const splitHash = event !== undefined || split === "" ? 0 : hash(split)[0];
    const entry = this.#seen.add(key, { quantity, split: splitHash, line, index, offset });
    if (entry === NEW || entry === NOT_KEPT) {
      if (entry === NOT_KEPT) this.uncompared += 1;
      this.accepted += 1;
      this.hours.add(record.hour, "accepted");
      return null;
    }
    const first = this.#seen.entry(entry);
    const kind = first.quantity !== quantity ? (event === undefined ? "conflicting_records" : "event_id_taken")
      : first.split === splitHash ? "repeated_record" : "differing_allocations";
    if (kind === "repeated_record") this.repeated += 1;
    else this.conflicts += 1;
    this.hours.add(record.hour, kind === "repeated_record" ? "repeated" : "conflict");
    const together = first.line === line && first.index >= from && event === undefined;
    return { kind, first, together, kept: this.pairs.add(line, index, kind, first.line, together) };
  }
}

const keyOf = ({ identity: who, dimension, hour }) =>
  `${who.form}\n${who.licenseArn}\n${who.customerAWSAccountId}\n${who.customerIdentifier}\n${who.productCode}\n${dimension}\n${hour / HOUR}`;

/** Quantities are compared by value: 17, 17.0 and 17.00 are one. */
const canonical = (quantity) => (quantity.includes(".") ? quantity.replace(/\.?0+$/, "") : quantity);

/** The allocations of a record as one text that does not depend on their order; "" where there are none. */
export function splitOf(raw) {
  const list = raw?.UsageAllocations;
  if (!Array.isArray(list)) return "";
  return list.map((one) => {
    const quantity = canonical(String(one.AllocatedUsageQuantity ?? one.AllocatedUsageQuantityAsDecimal ?? ""));
    const tags = (one.Tags ?? []).map(({ Key, Value }) => `${JSON.stringify(Key)}=${JSON.stringify(Value ?? "")}`);
    return `${quantity} ${tags.sort().join(",")}`;
  }).sort().join("\n");
}
