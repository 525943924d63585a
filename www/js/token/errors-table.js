import { byId, h } from "../shell/dom.js";
import { REGISTER_USAGE_ERRORS } from "./register-usage-errors.js";

/** The errors of RegisterUsage as a table, folded until it is wanted; `open(name)` leads to one of them. */
export function errorTable(place) {
  const cell = (role, ...children) => h("div", { role, class: "error-cell" }, ...children);
  const rows = REGISTER_USAGE_ERRORS.map(({ name, means, act, again }) => h("div", { role: "row", class: "error-row", id: `error-${name}`, tabindex: "-1" },
    h("div", { role: "rowheader", class: "error-cell error-name", translate: "no" }, name),
    cell("cell", means),
    cell("cell", act),
    cell("cell", h("span", { class: `tag ${again ? "again" : "final"}` }, again ? "call again" : "final"))));
  const details = h("details", { class: "panel errors-panel", "data-key": "errors" },
    h("summary", {}, "What RegisterUsage's errors mean, and what to do"),
    h("div", { role: "table", class: "errors", "aria-label": "Errors of RegisterUsage" },
      h("div", { role: "row", class: "error-row head" }, ["Error", "It means", "What to do", "Retry"].map((name) => h("div", { role: "columnheader", class: "error-cell" }, name))),
      rows),
    h("p", { class: "hint" }, "RegisterUsage is called once, when the container starts. Anything but the two that may pass is a reason to stop."));
  place.replaceChildren(details);
  return {
    open(name) {
      details.open = true;
      for (const row of rows) row.classList.toggle("chosen", row.id === `error-${name}`);
      byId(`error-${name}`)?.focus();
    },
  };
}
