import { h } from "../shell/dom.js";
import { MINUTE } from "../shell/time.js";

const CLOSEST = MINUTE;
const STEP = 1.6;
const PAN = 0.2;

/** A stretch of time on show, between all there is (`widest`) and a minute; `home` is where it begins. */
export class Zoom {
  #home = { from: 0, to: 1 };
  #widest = this.#home;
  #view = null;

  /** New bounds. A stretch that was chosen stays, as far as it lies within them. */
  fit(home, widest) {
    this.#home = home;
    this.#widest = { from: Math.min(home.from, widest.from), to: Math.max(home.to, widest.to) };
    if (this.#view) this.#show(this.#view.from, this.#view.to);
  }

  get view() {
    return this.#view ?? this.#home;
  }

  get isHome() {
    return this.#view === null;
  }

  get isWidest() {
    return this.view.to - this.view.from >= this.#widest.to - this.#widest.from;
  }

  reset() {
    this.#view = null;
  }

  /** More than 1 shows less time; `share` (0 to 1) of the width stays where it is. */
  by(factor, share = 0.5) {
    const { from, to } = this.view;
    const length = Math.max(CLOSEST, (to - from) / factor);
    const still = from + share * (to - from);
    this.#show(still - share * length, still + (1 - share) * length);
  }

  /** Moves by a share of the width. */
  pan(share) {
    const { from, to } = this.view;
    this.#show(from + share * (to - from), to + share * (to - from));
  }

  /** Moves just as far as it takes to show a moment. */
  reveal(ms) {
    const { from, to } = this.view;
    const margin = 0.05 * (to - from);
    if (ms < from + margin) this.#show(ms - margin, ms - margin + to - from);
    if (ms > to - margin) this.#show(ms + margin - (to - from), ms + margin);
  }

  #show(from, to) {
    const { from: first, to: last } = this.#widest;
    const length = Math.min(to - from, last - first);
    const start = Math.min(Math.max(from, first), last - length);
    const same = Math.abs(start - this.#home.from) < 1 && Math.abs(start + length - this.#home.to) < 1;
    this.#view = same ? null : { from: start, to: start + length };
  }
}

/** The buttons that do what the keys do. */
export const zoomButtons = (zoom, changed) => h("div", { class: "zoom", role: "group", "aria-label": "Zoom" },
  [["Earlier", "←", () => zoom.pan(-PAN)], ["Later", "→", () => zoom.pan(PAN)], ["Zoom in", "+", () => zoom.by(STEP)],
    ["Zoom out", "−", () => zoom.by(1 / STEP)], ["0: whole window", "0", () => zoom.reset()]].map(([label, sign, act]) =>
    h("button", { type: "button", "aria-label": label, title: label, onclick: () => { act(); changed(); } }, sign)));

/** + and - and 0, and Shift with the arrows. Answers whether the key was one of them. */
export function zoomKey(zoom, { key, shiftKey }, share) {
  if (key === "+" || key === "=") zoom.by(STEP, share);
  else if (key === "-" || key === "_") zoom.by(1 / STEP, share);
  else if (key === "0") zoom.reset();
  else if (shiftKey && key === "ArrowLeft") zoom.pan(-PAN);
  else if (shiftKey && key === "ArrowRight") zoom.pan(PAN);
  else return false;
  return true;
}

/**
 * Wheel, drag and pinch on a drawing. The plain wheel scrolls the page until the drawing has the focus; with Ctrl, as a
 * touchpad's pinch sends it, it zooms always. `share(clientX)` is the place on the axis, 0 to 1.
 */
export function zoomPointers(frame, zoom, share, changed) {
  frame.addEventListener("wheel", (event) => {
    const wanted = event.ctrlKey || event.metaKey || frame.contains(document.activeElement);
    if (!wanted) return;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) zoom.pan(Math.sign(event.deltaX || event.deltaY) * 0.08);
    else if (event.deltaY > 0 && zoom.isWidest) return;
    else zoom.by(2 ** (-clamp(event.deltaY * (event.deltaMode === 1 ? 16 : 1), 120) / 240), share(event.clientX));
    event.preventDefault();
    changed();
  }, { passive: false });

  const touching = new Map();
  frame.addEventListener("pointerdown", (event) => {
    touching.set(event.pointerId, event.clientX);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) frame.addEventListener(name, ({ pointerId }) => touching.delete(pointerId));
  frame.addEventListener("pointermove", (event) => {
    const before = touching.get(event.pointerId);
    if (before === undefined || event.clientX === before) return;
    const other = [...touching].find(([id]) => id !== event.pointerId)?.[1];
    touching.set(event.pointerId, event.clientX);
    if (other === undefined) zoom.pan(share(before) - share(event.clientX));
    else pinch(zoom, share(before), share(event.clientX), share(other));
    changed();
  });
}

/** Two fingers: what lay between them stays between them. */
function pinch(zoom, before, now, other) {
  const gap = Math.abs(now - other);
  if (gap > 0.01 && Math.abs(before - other) > 0.01) zoom.by(gap / Math.abs(before - other), other);
}

const clamp = (value, most) => Math.max(-most, Math.min(most, value));

/** Runs `task` once in the next frame, however often it is asked for. */
export function inNextFrame(task) {
  let asked = 0;
  return () => {
    if (asked === 0) asked = requestAnimationFrame(() => { asked = 0; task(); });
  };
}
