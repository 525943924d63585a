import { h } from "../shell/dom.js";
import { moment } from "../shell/time.js";
import { STATES } from "./marks.js";

// A table of thousands of rows is the slowest part of the page: it grows on demand.
const ROWS = 500;
const TITLES = ["Record", "Time", "Dimension", "Quantity", "State", "Customer"];

/** The records of the drawing as a table. */
export function recordsTable(points) {
  const body = h("tbody", {});
  const more = h("button", { type: "button", class: "more", onclick: () => grow() });
  const grow = () => {
    const from = body.childElementCount;
    body.append(...points.slice(from, from + ROWS).map(row));
    const rest = points.length - body.childElementCount;
    more.textContent = `Show ${Math.min(rest, ROWS)} of ${rest} more`;
    more.hidden = rest === 0;
    if (from > 0) {
      body.children[from].tabIndex = -1;
      body.children[from].focus();
    }
  };
  grow();
  return [
    h("div", { class: "table-wrap", tabindex: "0", role: "group", "aria-label": "Table of records" },
      h("table", {},
        h("caption", {}, "Records in the order of the text, counted from 0 as in JSON pointers. Times are UTC."),
        h("thead", {}, h("tr", {}, TITLES.map((title) =>
          h("th", { scope: "col", class: title === "Quantity" || title === "Record" ? "number" : null }, title)))),
        body)),
    more,
  ];
}

const row = (point) => h("tr", {},
  h("td", { class: "number" }, String(point.index)),
  h("td", {}, moment(point.timestamp)),
  h("td", {}, point.dimension),
  h("td", { class: "number" }, point.quantity),
  h("td", {}, STATES[point.state]),
  h("td", { class: "customer" }, point.customer));
