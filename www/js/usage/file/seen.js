// Which customer, dimension and hour came before in the file, in a memory of a stated size: about 36 bytes for each.

/** Most keys that are remembered; what comes after them is not compared any more. */
export const MOST_KEYS = 4 * 1024 * 1024;

const PAGE = 65_536;
const WORDS = 6;

/** What `add` answers where there is no earlier entry. */
export const NEW = -1;
export const NOT_KEPT = -2;

/** Keys by their 64-bit hash. Two keys of one hash are taken for one: what is shown of them is compared again by its text. */
export class Seen {
  #limit;
  #pages = [];
  #offsets = [];
  #count = 0;
  // Entry numbers plus one, by open addressing; 0 is free.
  #slots = new Uint32Array(4096);

  constructor(limit = MOST_KEYS) {
    this.#limit = limit;
  }

  get count() {
    return this.#count;
  }

  /** The number of the earlier entry with this key; or NEW, or NOT_KEPT where the memory is full. */
  add(key, { quantity, split, line, index, offset }) {
    const [high, low] = hash(key);
    const mask = this.#slots.length - 1;
    let slot = low & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] - 1;
      const page = this.#pages[Math.floor(entry / PAGE)];
      const at = (entry % PAGE) * WORDS;
      if (page[at] === high && page[at + 1] === low) return entry;
    }
    if (this.#count >= this.#limit) return NOT_KEPT;
    const entry = this.#count;
    const at = (entry % PAGE) * WORDS;
    if (at === 0) {
      this.#pages.push(new Uint32Array(PAGE * WORDS));
      this.#offsets.push(new Float64Array(PAGE));
    }
    this.#pages.at(-1).set([high, low, quantity, split, line, index], at);
    this.#offsets.at(-1)[entry % PAGE] = offset;
    this.#slots[slot] = entry + 1;
    this.#count += 1;
    if (this.#count > this.#slots.length * 0.7) this.#grow();
    return NEW;
  }

  entry(number) {
    const page = this.#pages[Math.floor(number / PAGE)];
    const at = (number % PAGE) * WORDS;
    return {
      quantity: page[at + 2], split: page[at + 3], line: page[at + 4], index: page[at + 5],
      offset: this.#offsets[Math.floor(number / PAGE)][number % PAGE],
    };
  }

  #grow() {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#count; entry += 1) {
      let slot = this.#pages[Math.floor(entry / PAGE)][(entry % PAGE) * WORDS + 1] & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    this.#slots = slots;
  }
}

/** Two words of 32 bits that depend on every character. */
export function hash(text) {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  const mix = (x, y) => Math.imul(x ^ (x >>> 16), 2246822507) ^ Math.imul(y ^ (y >>> 13), 3266489909);
  return [mix(b, a) >>> 0, mix(a, b) >>> 0];
}
