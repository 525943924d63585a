// From violation to violation, by keys and buttons.

import { h } from "../shell/dom.js";

/** `places` in the order of the text; `show(place, index)` brings one into sight. */
export function stepper(show) {
  let places = [];
  let at = -1;
  const count = h("span", { class: "count", "aria-live": "off" });
  const tell = () => { count.textContent = places.length === 0 ? "" : `${at < 0 ? "–" : at + 1} of ${places.length}`; };
  const go = (step) => {
    if (places.length === 0) return;
    at = at < 0 ? (step > 0 ? 0 : places.length - 1) : (at + step + places.length) % places.length;
    tell();
    show(places[at], at);
  };
  return {
    next: () => go(1),
    previous: () => go(-1),
    /** Takes other places; the one that is on show stays so where it is among them. */
    set(next) {
      const kept = places[at];
      places = next;
      at = kept ? next.findIndex(({ code, pointer }) => code === kept.code && pointer === kept.pointer) : -1;
      tell();
    },
    chose(place) {
      at = places.indexOf(place);
      tell();
    },
    buttons: h("span", { class: "steps", role: "group", "aria-label": "Violations one by one" },
      h("button", { type: "button", title: "Shift+F8", onclick: () => go(-1) }, "Previous"),
      h("button", { type: "button", title: "F8", onclick: () => go(1) }, "Next"), count),
  };
}
