// Lines that are accepted by themselves, read together: one call for hundreds of them takes half the time.

const MOST_LINES = 1000;
const ROOM = 256 * 1024;
const [OPEN, COMMA, CLOSE] = [91, 44, 93];

/** Collects lines of one UsageRecord each; `onRecord(record, number, offset, bytes)` gets what `read` answers of them, in their order. */
export class Batch {
  #read;
  #onRecord;
  #bytes = new Uint8Array(ROOM);
  #length = 1;
  // Of each line: its number, its offset in the file, and where it begins and ends in the bytes.
  #places = new Float64Array(4 * MOST_LINES);
  #count = 0;

  constructor(read, onRecord) {
    this.#read = read;
    this.#onRecord = onRecord;
    this.#bytes[0] = OPEN;
  }

  /** Whether it takes the line; one that is too long is for the caller. */
  add(bytes, number, offset) {
    if (bytes.length + 2 > ROOM) return false;
    if (this.#length + bytes.length + 2 > ROOM || this.#count === MOST_LINES) this.flush();
    if (this.#count > 0) this.#bytes[this.#length++] = COMMA;
    this.#bytes.set(bytes, this.#length);
    const at = 4 * this.#count;
    this.#places[at] = number;
    this.#places[at + 1] = offset;
    this.#places[at + 2] = this.#length;
    this.#length += bytes.length;
    this.#places[at + 3] = this.#length;
    this.#count += 1;
    return true;
  }

  flush() {
    if (this.#count === 0) return;
    this.#bytes[this.#length] = CLOSE;
    const { records } = this.#read(this.#bytes.subarray(0, this.#length + 1));
    let next = 0;
    for (let index = 0; index < this.#count; index += 1) {
      const [number, offset, from, to] = this.#places.subarray(4 * index, 4 * index + 4);
      const bytes = this.#bytes.subarray(from, to);
      // One that contradicts its neighbour has an error in their company, and none alone.
      const record = records[next]?.index === index ? records[next++] : this.#read(bytes).records[0];
      this.#onRecord(record, number, offset, bytes);
    }
    this.#length = 1;
    this.#count = 0;
  }
}
