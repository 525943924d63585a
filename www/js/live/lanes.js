import { h, plural } from "../shell/dom.js";
import { clockTime } from "../shell/time.js";
import { grouped, isZero } from "./amounts.js";
import { STATES } from "./model.js";

export const LANES = {
  open: ["Open", "events are added"],
  frozen: ["Frozen", "a record, on its way"],
  settled: ["Settled", "AWS has billed it"],
  held: ["Held", "until its cause is gone"],
  conflict: ["Conflict", "a person must compare"],
  expired: ["Expired", "AWS takes it no more"],
};

const MOST = { open: 12, frozen: 12, settled: 12, held: 5, conflict: 5, expired: 5 };
const MOST_NARROW = 4;
/** A bucket that passed through Frozen between two looks is shown there for this long. */
const PASSING = 700;
const MOVE = 450;

const still = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 48rem)");

/** The buckets as cards that move from lane to lane. */
export function createLanes() {
  const lanes = Object.fromEntries(STATES.map((state) => [state, lane(state)]));
  const element = h("div", { class: "live-lanes" }, STATES.map((state) => lanes[state].element));
  const cards = new Map();
  const passing = new Map();
  let latest = null;
  let before = new Map();

  /** `isNew`: a whole scene, in which nothing has moved yet. */
  function update(scene, isNew = false) {
    latest = scene;
    const now = performance.now();
    for (const [id, { state }] of scene.buckets) {
      const passed = !isNew && !still.matches && before.get(id) === "open" && state === "settled";
      if (passed) passing.set(id, now + PASSING);
    }
    before = new Map([...scene.buckets].map(([id, { state }]) => [id, state]));
    draw(now, isNew);
  }

  function draw(now, isNew) {
    for (const [id, until] of passing) if (until <= now) passing.delete(id);
    const shown = arrange(latest.buckets, (bucket) => (passing.has(bucket.id) ? "frozen" : bucket.state));
    const places = still.matches || isNew ? null : measure(cards);
    const kept = new Set();
    for (const state of STATES) {
      const buckets = shown[state].slice(0, narrow.matches ? MOST_NARROW : MOST[state]);
      const items = buckets.map((bucket) => {
        kept.add(bucket.id);
        if (!cards.has(bucket.id)) cards.set(bucket.id, card());
        cards.get(bucket.id).update(bucket);
        return cards.get(bucket.id).element;
      });
      const moved = state === "frozen" ? passing.size : state === "settled" ? -passing.size : 0;
      lanes[state].update(items, (latest.totals?.states[state].buckets ?? 0) + moved, latest.totals?.states[state].waiting ?? "0");
    }
    for (const id of cards.keys()) if (!kept.has(id)) cards.delete(id);
    if (places) move(cards, places);
    if (passing.size > 0) setTimeout(() => draw(performance.now(), false), PASSING);
  }

  return { element, update };
}

/** Buckets by lane: what still changes in the order of its hours, what is over with the latest first. */
function arrange(buckets, laneOf) {
  const shown = Object.fromEntries(STATES.map((state) => [state, []]));
  for (const bucket of buckets.values()) shown[laneOf(bucket)].push(bucket);
  for (const state of STATES) {
    const sign = state === "settled" ? -1 : 1;
    shown[state].sort((one, other) => sign * one.hour.localeCompare(other.hour) || one.id.localeCompare(other.id));
  }
  return shown;
}

function lane(state) {
  const [name, meaning] = LANES[state];
  const count = h("span", { class: "live-count", "data-count": state }, "0");
  const sum = h("span", { class: "live-sum" });
  const list = h("ol", { class: "plain", "aria-label": `${name} buckets` });
  const more = h("p", { class: "live-more" });
  const element = h("section", { class: `live-lane ${state}`, "data-lane": state, "aria-labelledby": `live-lane-${state}` },
    h("h4", { id: `live-lane-${state}` }, name, " ", count), h("p", { class: "live-meaning" }, meaning), sum, list, more);
  let order = "";

  function update(items, total, waiting) {
    element.hidden = state === "expired" && total === 0;
    text(count, String(total));
    text(sum, isZero(waiting) ? "" : `${grouped(waiting)} not yet billed`);
    text(more, total > items.length ? `and ${plural(total - items.length, "more", "more")}` : items.length === 0 ? "none" : "");
    const next = items.map((item) => item.dataset.id).join("\n");
    // Nodes that stay in place keep their motion.
    if (next !== order || list.children.length !== items.length) list.replaceChildren(...items);
    order = next;
  }

  return { element, update };
}

function card() {
  const dimension = h("b", {});
  const hour = h("span", { class: "live-hour-of" });
  const customer = h("span", { class: "live-customer" });
  const quantity = h("span", { class: "live-quantity" });
  const trouble = h("span", { class: "live-trouble" });
  const element = h("li", { class: "live-card" }, h("span", { class: "live-row" }, dimension, hour), h("span", { class: "live-row" }, customer, quantity), trouble);
  return {
    element,
    update(bucket) {
      element.dataset.id = bucket.id;
      text(dimension, bucket.dimension);
      text(quantity, grouped(bucket.quantity));
      text(hour, clockTime(Date.parse(bucket.hour)));
      text(customer, bucket.license.replace(/^l-(?=…)/, ""));
      text(trouble, troubles(bucket));
    },
  };
}

/** What is out of the ordinary about a bucket, in few words. */
function troubles({ state, attempts, certainty, billed, quantity, waiting }) {
  if (state === "conflict") return `here ${grouped(quantity)}, billed ${grouped(billed ?? "0")}`;
  if (state === "open") return billed === undefined ? "" : "billed by somebody else";
  if (state === "settled" && !isZero(waiting)) return `AWS has billed ${grouped(billed ?? "0")}`;
  if (state === "settled") return attempts > 1 ? `after ${plural(attempts, "attempt")}` : "";
  const words = attempts > 0 ? [plural(attempts, "attempt")] : [];
  if (billed !== undefined) words.push("billed, its answer got lost");
  else if (certainty === "in_doubt") words.push("AWS may have it");
  return words.join("; ");
}

function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

const measure = (cards) => new Map([...cards].map(([id, { element }]) => [id, element.getBoundingClientRect()]));

/** Lets every card go from where it was to where it is. */
function move(cards, places) {
  for (const [id, { element }] of cards) {
    const from = places.get(id);
    if (!from || from.width === 0) {
      element.animate({ opacity: [0, 1] }, { duration: MOVE });
      continue;
    }
    const to = element.getBoundingClientRect();
    const [x, y] = [from.left - to.left, from.top - to.top];
    if (Math.abs(x) < 1 && Math.abs(y) < 1) continue;
    for (const animation of element.getAnimations()) animation.cancel();
    element.animate({ transform: [`translate(${x}px, ${y}px)`, "none"] }, { duration: MOVE, easing: "cubic-bezier(0.3, 0.7, 0.2, 1)" });
  }
}
