import { asSentence, h } from "../shell/dom.js";

// Past this, counting lines at every step of the caret would slow it.
const LONGEST = 1_000_000;

/** Under the text: the caret's line and column, and what is wrong there. `set(violations)` takes those of a new report. */
export function caretLine(area) {
  const place = h("span", { class: "caret-at" });
  const words = h("span", { class: "caret-words" });
  let violations = [];
  const tell = () => {
    const at = area.selectionStart;
    if (area.value.length > LONGEST) {
      place.textContent = words.textContent = "";
      return;
    }
    const from = area.value.lastIndexOf("\n", at - 1) + 1;
    let line = 1;
    for (let next = area.value.indexOf("\n"); next >= 0 && next < at; next = area.value.indexOf("\n", next + 1)) line += 1;
    place.textContent = `Line ${line}, column ${[...area.value.slice(from, at)].length + 1}`;
    const here = violations.filter(({ start, end }) => start <= at && at <= end).sort((a, b) => (a.end - a.start) - (b.end - b.start))[0];
    words.textContent = here ? asSentence(here.message) : "";
  };
  for (const name of ["keyup", "click", "focus", "select"]) area.addEventListener(name, tell);
  return {
    element: h("p", { class: "caret-line" }, place, words),
    set(next) {
      violations = next;
      tell();
    },
    tell,
  };
}
