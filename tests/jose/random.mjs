// Choices from a seed, so that a run is the same every time and everywhere.

import { createHash } from "node:crypto";

/** A generator of numbers and bytes: SHA-256 of the seed and a counter. */
export class Random {
  #seed;
  #counter = 0;
  #rest = Buffer.alloc(0);

  constructor(seed) {
    this.#seed = seed;
  }

  bytes(count) {
    while (this.#rest.length < count) {
      const block = createHash("sha256").update(`${this.#seed}/${this.#counter}`).digest();
      this.#counter += 1;
      this.#rest = Buffer.concat([this.#rest, block]);
    }
    const bytes = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return bytes;
  }

  /** A whole number from 0 to `limit` - 1; the limit is far below 2^32, so that all are as likely. */
  below(limit) {
    return this.bytes(4).readUInt32BE() % limit;
  }

  pick(items) {
    return items[this.below(items.length)];
  }
}
