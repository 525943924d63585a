import { h, plural } from "../shell/dom.js";
import { minute } from "../shell/time.js";
import { grouped } from "./amounts.js";
import { LANES } from "./lanes.js";
import { STATES } from "./model.js";

const MOST_ROWS = 200;
const PAUSE = 1000;

/** The same buckets as a table, made while it is open. */
export function createTable() {
  const body = h("div", {});
  const element = h("details", { class: "live-table" }, h("summary", {}, "The buckets as a table"), body);
  let latest = null;
  let drawn = 0;

  function draw() {
    if (!element.open || latest === null) return;
    drawn = performance.now();
    const order = (bucket) => STATES.indexOf(bucket.state);
    const buckets = [...latest.buckets.values()].sort((one, other) => order(one) - order(other) || other.id.localeCompare(one.id));
    const total = Object.values(latest.totals?.states ?? {}).reduce((sum, { buckets: count }) => sum + count, 0);
    const rows = buckets.slice(0, MOST_ROWS);
    body.replaceChildren(h("div", { class: "table-wrap", tabindex: "0", role: "group", "aria-label": "Table of buckets" }, h("table", {},
      h("caption", {}, `${plural(rows.length, "bucket")} of ${total}: all that are not settled, and the latest of the others. Times are UTC.`),
      h("thead", {}, h("tr", {}, ["State", "Hour", "License", "Dimension", "Quantity", "Billed", "Events", "Last"].map((title) =>
        h("th", { scope: "col", class: ["Quantity", "Billed", "Events"].includes(title) ? "number" : null }, title)))),
      h("tbody", {}, rows.map((bucket) => h("tr", {},
        h("td", {}, LANES[bucket.state][0]),
        h("td", {}, minute(Date.parse(bucket.hour))),
        h("td", {}, bucket.license),
        h("td", {}, bucket.dimension),
        h("td", { class: "number" }, grouped(bucket.quantity)),
        h("td", { class: "number" }, bucket.billed === undefined ? "–" : grouped(bucket.billed)),
        h("td", { class: "number" }, String(bucket.events)),
        h("td", { class: "live-note" }, bucket.note ?? "")))))));
  }

  element.addEventListener("toggle", draw);
  return {
    element,
    update(scene) {
      latest = scene;
      // Who reads a table needs it to stand still for a moment.
      if (performance.now() - drawn > PAUSE) draw();
    },
  };
}
