// Records that came before in the file, by their place: what a cleaned file leaves out.

/** Pairs that are remembered one by one. */
export const MOST_PAIRS = 1024 * 1024;

const WORDS = 4;
// Beside the kind: both stand in one document.
const TOGETHER = 8;
export const KINDS = ["repeated_record", "conflicting_records", "differing_allocations", "event_id_taken"];

/** In the order of the later record's line. */
export class Pairs {
  #words = new Uint32Array(1024 * WORDS);
  #count = 0;

  get count() {
    return this.#count;
  }

  /** Whether there was room for it. */
  add(line, index, kind, firstLine, together) {
    if (this.#count >= MOST_PAIRS) return false;
    if ((this.#count + 1) * WORDS > this.#words.length) {
      const grown = new Uint32Array(this.#words.length * 2);
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words.set([line, index, KINDS.indexOf(kind) | (together ? TOGETHER : 0), firstLine], this.#count * WORDS);
    this.#count += 1;
    return true;
  }

  /** Answers, for lines in rising order, the pairs of each. */
  walk() {
    let next = 0;
    return (line) => {
      const found = [];
      while (next < this.#count && this.#words[next * WORDS] < line) next += 1;
      for (; next < this.#count && this.#words[next * WORDS] === line; next += 1) {
        const at = next * WORDS;
        found.push({ index: this.#words[at + 1], kind: KINDS[this.#words[at + 2] & ~TOGETHER], together: (this.#words[at + 2] & TOGETHER) !== 0, firstLine: this.#words[at + 3] });
      }
      return found;
    };
  }
}
