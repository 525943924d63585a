/** A set of line numbers, one bit each, that grows as the file does. */
export class Bits {
  #words = new Uint32Array(1024);

  add(number) {
    const word = number >>> 5;
    if (word >= this.#words.length) {
      const grown = new Uint32Array(Math.max(word + 1, this.#words.length * 2));
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words[word] |= 1 << (number & 31);
  }

  has(number) {
    const word = number >>> 5;
    return word < this.#words.length && (this.#words[word] & (1 << (number & 31))) !== 0;
  }
}
