// A stream of bytes as lines, exact across the borders of its chunks, with no more in memory than one line.

const NEWLINE = 10;

/** Longest line that is looked at, in bytes: a request is smaller than 1 MB, a message around it not much longer. */
export const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * Cuts chunks into lines. `onLine(bytes, number, offset)`: the line without its line feed, counted from 1, and where it
 * begins in the file; the bytes are only lent for the call. `onLong(number, offset, length)`: a line that is longer than
 * `longest`, of which nothing was kept.
 */
export class LineCutter {
  #onLine;
  #onLong;
  #longest;
  // What there is of a line whose end has not come yet.
  #pieces = [];
  #length = 0;
  #number = 1;
  #offset = 0;

  constructor({ onLine, onLong, longest = LONGEST_LINE }) {
    this.#onLine = onLine;
    this.#onLong = onLong;
    this.#longest = longest;
  }

  push(chunk) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#take(chunk.subarray(from, end), false);
      this.#close(1);
      from = end + 1;
    }
    // A copy: the stream may use the chunk again.
    if (from < chunk.length) this.#take(chunk.subarray(from), true);
  }

  /** The end of the file ends a line that has characters. */
  end() {
    if (this.#length > 0) this.#close(0);
  }

  #take(bytes, copy) {
    this.#length += bytes.length;
    if (this.#length > this.#longest) this.#pieces = [];
    else if (bytes.length > 0) this.#pieces.push(copy ? bytes.slice() : bytes);
  }

  #close(feed) {
    if (this.#length > this.#longest) this.#onLong(this.#number, this.#offset, this.#length);
    else this.#onLine(this.#pieces.length === 1 ? this.#pieces[0] : joined(this.#pieces, this.#length), this.#number, this.#offset);
    this.#offset += this.#length + feed;
    this.#number += 1;
    this.#pieces = [];
    this.#length = 0;
  }
}

function joined(pieces, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
