import { h, icon } from "../shell/dom.js";
import { grouped, isNegative, isZero, unsigned } from "./amounts.js";
import { STATES } from "./model.js";

const WAITS = { open: "in open hours", frozen: "on the way", held: "held", conflict: "in conflict", settled: "settled otherwise", expired: "expired" };

/** The three sums, what of them waits where, and whether they belong together. */
export function createTotals() {
  const number = (name) => h("dd", { class: `live-number ${name}`, "data-total": name }, "0");
  const used = number("used");
  const billed = number("billed");
  const waiting = number("waiting");
  const where = h("ul", { class: "live-where plain", "aria-label": "Where it waits" });
  const verdict = h("p", { class: "live-verdict", "data-balance": "" });
  const element = h("div", { class: "live-totals" },
    h("dl", { class: "live-sums" },
      h("div", {}, h("dt", {}, h("span", { class: "live-key used", "aria-hidden": "true" }), "Used"), used),
      h("div", {}, h("dt", {}, h("span", { class: "live-key billed", "aria-hidden": "true" }), "Billed"), billed),
      h("div", {}, h("dt", {}, h("span", { class: "live-key waiting", "aria-hidden": "true" }), "In the ledger, not yet billed"), waiting)),
    where, verdict);

  let shown = "";
  function update({ totals }) {
    if (!totals) return;
    const text = JSON.stringify(totals);
    if (text === shown) return;
    shown = text;
    write(used, grouped(totals.used));
    write(billed, grouped(totals.billed));
    write(waiting, grouped(totals.waiting));
    where.replaceChildren(...STATES.filter((state) => !isZero(totals.states[state].waiting)).map((state) =>
      h("li", {}, h("b", {}, grouped(totals.states[state].waiting)), ` ${WAITS[state]}`)));
    const [sign, words] = judge(totals);
    verdict.dataset.balance = sign;
    verdict.className = `live-verdict ${sign}`;
    verdict.replaceChildren(icon(sign), h("span", {}, words));
  }

  return { element, update };
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function judge({ used, billed, waiting, unexplained, states }) {
  if (isNegative(unexplained)) return ["fail", `${grouped(unsigned(unexplained))} is missing: it was acknowledged, and is neither billed nor in the ledger.`];
  if (!isZero(states.settled.waiting)) return ["warn", `${grouped(states.settled.waiting)} counts as settled, and AWS has billed another amount for it: a person must compare.`];
  if (!isZero(unexplained)) return ["warn", `${grouped(unexplained)} more than this producer sent: somebody else posted or billed usage.`];
  if (!isZero(waiting)) return ["pass", "Used = billed + not yet billed, to the millionth."];
  return ["pass", used === billed ? "Used = billed, to the millionth. Nothing waits." : "Nothing waits."];
}
