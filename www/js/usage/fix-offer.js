import { h, plural } from "../shell/dom.js";

const LONGEST = 60;

/** What a fix changes, before and after. */
export const change = ({ start, end, replacement, what }, text) => h("div", { class: "change" },
  h("span", { class: "what" }, `${what[0].toUpperCase()}${what.slice(1)}:`),
  h("del", { translate: "no" }, h("span", { class: "sr-only" }, "before "), short(text.slice(start, end))),
  h("span", { "aria-hidden": "true" }, "→"),
  h("ins", { translate: "no" }, h("span", { class: "sr-only" }, "after "), replacement === "" ? "nothing" : short(replacement)));

const short = (text) => {
  const line = text.replace(/\s*\n\s*/g, " ").replace(/\uFEFF/g, "U+FEFF");
  return line.length > LONGEST ? `${line.slice(0, LONGEST / 2)} … ${line.slice(-LONGEST / 2)}` : line;
};

/** One fix beside its violation. */
export const fixOffer = (fix, text, apply) => h("div", { class: "fix-offer" }, change(fix, text),
  h("button", { type: "button", class: "apply", onclick: () => apply([fix]) }, "Apply"));

/** All of them, to be looked at before they are applied together; and what was applied last, to be taken back. */
export function fixPanel(fixes, text, apply, step, undo) {
  if (fixes.length === 0 && step === null) return null;
  return h("section", { class: "panel fixes", "aria-label": "Safe fixes" },
    step && h("p", { class: "applied" }, h("span", {}, `${step.words} `), h("button", { type: "button", onclick: undo }, "Undo")),
    fixes.length === 0 ? null : h("details", { "data-key": "fixes" },
      h("summary", {}, `${plural(fixes.length, "safe fix", "safe fixes")}: the meaning stays the same`),
      h("ol", { class: "changes" }, fixes.map((fix) => h("li", {}, `Line ${fix.violation.line}. `, change(fix, text)))),
      h("button", { type: "button", class: "apply-all", onclick: () => apply(fixes) }, `Apply ${fixes.length === 1 ? "it" : `all ${fixes.length}`}`)));
}
