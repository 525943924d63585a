import { parse } from "../read/json.js";
import { h } from "../shell/dom.js";
import { membersOf } from "./spans.js";

const LONGEST = 400;

/**
 * Two records side by side, member by member. `first` and `second`: `{ title, text }`, the text being one JSON object.
 * Members that say different things are marked with a word.
 */
export function pairTable(first, second) {
  const [a, b] = [members(first.text), members(second.text)];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return h("div", { class: "table-wrap pair-table", tabindex: "0", role: "group", "aria-label": `${first.title} and ${second.title}` },
    h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Member"), h("th", { scope: "col" }, first.title), h("th", { scope: "col" }, second.title))),
      h("tbody", {}, names.map((name) => {
        const differs = plain(a.get(name)) !== plain(b.get(name));
        return h("tr", { class: differs ? "differs" : null },
          h("th", { scope: "row" }, h("span", { translate: "no" }, name), differs ? h("span", { class: "tag" }, "differs") : null),
          h("td", { translate: "no" }, shown(a.get(name))), h("td", { translate: "no" }, shown(b.get(name))));
      }))));
}

function members(text) {
  return new Map(parse(text) === undefined ? [["(text)", text]] : membersOf(text).map(({ name, from, to }) => [name, text.slice(from, to)]));
}

/** However it is written. */
const plain = (value = "") => JSON.stringify(parse(value)) ?? value;

const shown = (value) => value === undefined ? "–" : value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
