/** Fixes that were applied to a text, so that each can be taken back as long as nothing else was changed. */
export class History {
  #steps = [];

  did(before, after, words) {
    this.#steps.push({ before, after, words });
  }

  /** The step that can be taken back from this text, or null. */
  last(text) {
    const step = this.#steps.at(-1);
    return step && step.after === text ? step : null;
  }

  undo() {
    return this.#steps.pop();
  }

  clear() {
    this.#steps = [];
  }
}
