import { h } from "../shell/dom.js";
import { minute } from "../shell/time.js";
import { axis } from "./timeline-scale.js";
import { Zoom, inNextFrame, zoomButtons, zoomKey, zoomPointers } from "./zoom.js";

/** What the keys and the mouse do, in words. */
export const KEYS = "+ and − zoom, 0 shows the whole window, Shift with an arrow moves it, arrow keys go from mark to mark. " +
  "With the mouse: drag, and the wheel with Ctrl or after a click.";

/**
 * A drawing on a time axis that can be zoomed and walked through. `draw(view)` answers `{ picture, marks, width }`; marks
 * by row, each `{ x, element, words, keys, time }`, where `keys` name what the mark stands for. `onChoose(key)`: Enter, or
 * a double click.
 */
export function zoomable({ draw, onChoose = () => {} }) {
  const zoom = new Zoom();
  const frame = h("div", { class: "timeline-frame" });
  const shown = h("span", {});
  const readout = h("p", { class: "readout" });
  let marks = [];
  let width = 0;
  // What the mark under the focus stands for: it keeps the focus when the drawing is made anew.
  let current = null;

  const all = () => marks.flat();
  const markOf = (key) => all().find(({ keys }) => keys.includes(key));
  const first = () => markOf(current) ?? marks[0]?.[0];
  const drawNow = () => {
    const hadFocus = frame.contains(document.activeElement);
    const drawn = draw(zoom.view);
    ({ marks, width } = drawn);
    frame.replaceChildren(drawn.picture);
    shown.textContent = zoom.isHome ? "" : `shown: ${minute(zoom.view.from)} to ${minute(zoom.view.to)}`;
    first()?.element.setAttribute("tabindex", 0);
    if (hadFocus) first()?.element.focus({ preventScroll: true });
    return drawn;
  };
  const redraw = inNextFrame(drawNow);
  const share = (clientX) => {
    const { left, plot } = axis(width);
    return Math.min(1, Math.max(0, (clientX - frame.getBoundingClientRect().left - left) / plot));
  };
  // By its time, not by its pixel: several keys may come before the next frame.
  const placeOf = ({ time }) => Math.min(1, Math.max(0, (time - zoom.view.from) / (zoom.view.to - zoom.view.from)));
  const tell = (mark) => { readout.textContent = mark ? mark.words.replaceAll("\n", " ") : ""; };
  const go = (mark) => {
    if (!mark) return;
    for (const one of all()) one.element.setAttribute("tabindex", one === mark ? 0 : -1);
    current = mark.keys[0];
    mark.element.focus({ preventScroll: true });
  };
  const under = (target) => {
    const element = target.closest("[data-mark]");
    return element && all().find((mark) => mark.element === element);
  };

  frame.addEventListener("focusin", ({ target }) => {
    const mark = under(target);
    if (mark && !mark.keys.includes(current)) current = mark.keys[0];
    tell(mark);
  });
  frame.addEventListener("pointerover", ({ target }) => {
    if (under(target)) tell(under(target));
  });
  // Not "click": a drag draws anew, and what it began on is gone.
  frame.addEventListener("pointerup", ({ target }) => go(under(target) ?? first()));
  frame.addEventListener("dblclick", ({ target }) => {
    if (under(target)) onChoose(under(target).keys[0]);
  });
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const mark = first();
    if (zoomKey(zoom, event, mark ? placeOf(mark) : 0.5)) redraw();
    else if (event.key === "Enter" && mark) onChoose(current ?? mark.keys[0]);
    else if (mark && event.key in MOVES) {
      go(MOVES[event.key](mark, marks));
      if (!zoom.isHome) {
        zoom.reveal(first().time);
        redraw();
      }
    } else return;
    event.preventDefault();
  });
  zoomPointers(frame, zoom, share, redraw);

  return {
    frame, readout,
    steering: h("div", { class: "steering" }, zoomButtons(zoom, redraw), shown),
    /** Draws within other bounds; a stretch of time that was zoomed to stays. */
    fit(home, widest) {
      zoom.fit(home, widest);
      readout.textContent = "";
      return drawNow();
    },
    draw: drawNow,
  };
}

/** From mark to mark: along a row, or to the nearest one of the row above or below. */
const MOVES = {
  ArrowRight: (mark, marks) => beside(mark, marks, 1),
  ArrowLeft: (mark, marks) => beside(mark, marks, -1),
  ArrowDown: (mark, marks) => nearest(mark, marks, 1),
  ArrowUp: (mark, marks) => nearest(mark, marks, -1),
  Home: (mark, marks) => marks[rowOf(mark, marks)][0],
  End: (mark, marks) => marks[rowOf(mark, marks)].at(-1),
};

const rowOf = (mark, marks) => marks.findIndex((row) => row.includes(mark));

function beside(mark, marks, step) {
  const row = marks[rowOf(mark, marks)];
  return row[row.indexOf(mark) + step];
}

const nearest = (mark, marks, step) => marks[rowOf(mark, marks) + step]
  ?.reduce((best, other) => (Math.abs(other.x - mark.x) < Math.abs(best.x - mark.x) ? other : best));
