import { h, icon } from "../shell/dom.js";
import { clockTime } from "../shell/time.js";

const SIGNS = { good: "pass", trouble: "warn", plain: "skipped" };
const WORDS = { good: "Good", trouble: "Trouble", plain: "Course" };

/** What happened, in words, the latest first. */
export function createJournal() {
  const list = h("ol", { class: "plain" });
  const none = h("p", { class: "hint" }, "Nothing yet. An hour of the flow takes half a minute.");
  const element = h("div", { class: "live-log", role: "log", "aria-label": "What happened, the latest first", tabindex: "0" }, none, list);
  let last = 0;

  function update({ log }, isNew = false) {
    if (isNew) {
      list.replaceChildren();
      last = 0;
    }
    const entries = log.filter(({ number }) => number > last);
    if (entries.length === 0) return;
    last = entries.at(-1).number;
    list.prepend(...entries.reverse().map(({ number, at, tone, text }) =>
      h("li", { class: SIGNS[tone], "data-entry": number }, icon(SIGNS[tone]), h("span", { class: "sr-only" }, `${WORDS[tone]}: `),
        h("time", { datetime: at }, clockTime(Date.parse(at))), h("span", {}, text))));
    while (list.children.length > log.length) list.lastElementChild.remove();
    none.hidden = true;
  }

  return { element, update };
}
