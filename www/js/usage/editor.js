import { h } from "../shell/dom.js";

// Past this the marks behind the text would slow the typing; the list beside it holds every violation.
const MOST_MARKS = 2000;
const MOST_LINES = 50_000;
const LONGEST = 1_000_000;

/**
 * Gives a textarea line numbers and marks at places of its text. The textarea stays a plain one;
 * the marks are in a copy of its text behind it that scrolls along.
 */
export function editor(root) {
  const gutter = root.querySelector(".editor-gutter");
  const backdrop = root.querySelector(".editor-backdrop");
  const area = root.querySelector("textarea");
  let placed = new Map();

  const follow = () => {
    backdrop.scrollTop = gutter.scrollTop = area.scrollTop;
    backdrop.scrollLeft = area.scrollLeft;
  };
  area.addEventListener("scroll", follow, { passive: true });

  return {
    area,

    /** Marks `places`: `{ start, end, severity, line }`, offsets in UTF-16 units. */
    mark(places) {
      const text = area.value;
      placed = new Map();
      if (text.length > LONGEST) {
        backdrop.replaceChildren();
        gutter.replaceChildren();
        return;
      }
      const parts = [];
      let done = 0;
      for (const piece of pieces(text, places)) {
        const mark = h("mark", { class: piece.severity }, text.slice(piece.start, piece.end) || " ");
        placed.set(piece.start, mark);
        parts.push(text.slice(done, piece.start), mark);
        done = piece.end;
      }
      // The newline keeps the copy as tall as the textarea when the text ends in one.
      backdrop.replaceChildren(...parts, `${text.slice(done)}\n`);
      gutter.replaceChildren(...numbers(text, places));
      follow();
    },

    /** Puts a text in the place of another, as if it was typed: the browser's own undo knows it. */
    replace(start, end, text) {
      area.focus({ preventScroll: true });
      area.setSelectionRange(start, end);
      const typed = text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
      if (typed) return;
      area.setRangeText(text, start, end, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },

    /** Moves the selection to a place and brings it into sight. */
    select({ start, end }) {
      area.focus({ preventScroll: true });
      area.setSelectionRange(start, Math.max(end, start));
      const mark = markAt(placed, start);
      if (mark) {
        area.scrollTop = Math.max(0, mark.offsetTop - area.clientHeight / 3);
        area.scrollLeft = Math.max(0, mark.offsetLeft - area.clientWidth / 3);
      }
      area.scrollIntoView({ block: "nearest" });
      follow();
      for (const other of placed.values()) other.classList.toggle("chosen", other === mark);
    },
  };
}

/** The last mark that begins at or before `start`: overlapping places share one. */
function markAt(placed, start) {
  let best = null;
  for (const [from, mark] of placed) if (from <= start) best = mark;
  return best;
}

/** What is marked, in order and without overlap; of a place over several lines only the first line. */
function pieces(text, places) {
  const wanted = places.slice(0, MOST_MARKS).map(({ start, end, severity }) => {
    const lineEnd = text.indexOf("\n", start);
    const stop = Math.min(end, lineEnd === -1 ? text.length : lineEnd);
    return { start, end: Math.max(stop, Math.min(start + 1, text.length)), severity };
  }).sort((a, b) => a.start - b.start || b.end - a.end);

  const result = [];
  for (const piece of wanted) {
    const last = result.at(-1);
    if (last && piece.start < last.end) {
      last.end = Math.max(last.end, piece.end);
      if (piece.severity === "error") last.severity = "error";
    } else {
      result.push({ ...piece });
    }
  }
  return result;
}

/** Line numbers: one element for each marked line, and one for each run of lines between. */
function numbers(text, places) {
  const marks = new Map();
  for (const { line, severity } of places) if (marks.get(line) !== "error") marks.set(line, severity);
  const count = Math.min(text.split("\n").length, MOST_LINES);
  const parts = [];
  let run = [];
  const close = () => {
    if (run.length > 0) parts.push(h("span", {}, run.join("\n")));
    run = [];
  };
  for (let line = 1; line <= count; line += 1) {
    if (marks.has(line)) {
      close();
      parts.push(h("span", { class: marks.get(line) }, String(line)));
    } else {
      run.push(line);
    }
  }
  close();
  return parts;
}
