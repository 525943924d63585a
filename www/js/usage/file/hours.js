// How many records fall into each hour, by what became of them: what the drawing of a file is made of.

/** Hours that are told apart: more than two years of them. Records of others are counted as one number. */
export const MOST_HOURS = 20_000;

export const FATES = ["accepted", "repeated", "conflict", "rejected"];

export class Hours {
  #counts = new Map();
  elsewhere = 0;
  timeless = 0;

  add(hour, fate) {
    if (hour === null) {
      this.timeless += 1;
      return;
    }
    let counts = this.#counts.get(hour);
    if (!counts) {
      if (this.#counts.size >= MOST_HOURS) {
        this.elsewhere += 1;
        return;
      }
      this.#counts.set(hour, counts = [0, 0, 0, 0]);
    }
    counts[FATES.indexOf(fate)] += 1;
  }

  /** `[hour, accepted, repeated, conflict, rejected]`, in the order of time. */
  list() {
    return [...this.#counts].sort(([a], [b]) => a - b).map(([hour, counts]) => [hour, ...counts]);
  }
}
