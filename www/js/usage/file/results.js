import { asSentence, h, plural, state, verdict } from "../../shell/dom.js";
import { pairTable } from "../pair-table.js";
import { recordText } from "./record-text.js";
import { bytes, number } from "./words.js";

const FORMS = { record: "usage record", request: "request body", event: "usage event", message: "message" };
const JSON_PER_LINE = new Set(["json_unexpected_end", "json_unexpected_character", "json_trailing_text"]);

/** The verdict on a file in one sentence. */
export function sentence({ cancelled, lines, records, errors, warnings }) {
  const read = `${plural(records, "record")} in ${plural(lines, "line")}`;
  if (cancelled) return `Cancelled after ${plural(lines, "line")}`;
  if (errors === 0) return warnings > 0 ? `Accepted, with ${plural(warnings, "warning")}: ${read}` : `Accepted: ${read}`;
  return `Rejected: ${plural(errors, "error")} in ${read}`;
}

/** The banner over what was found. */
export function fileBanner(name, done, seconds) {
  const { lines, empty, forms, errors, warnings, records } = done;
  const state = done.cancelled ? "warn" : errors > 0 ? "fail" : warnings > 0 ? "warn" : "pass";
  const read = Object.keys(FORMS).filter((form) => forms[form] > 0).map((form) => `${number(forms[form])} ${forms[form] === 1 ? FORMS[form] : plural(2, FORMS[form], FORMS[form] === "request body" ? "request bodies" : undefined).slice(2)}`);
  return verdict(state, sentence(done),
    `${name}: ${bytes(done.bytes)}, ${plural(lines, "line")}${empty > 0 ? `, ${number(empty)} of them empty` : ""}. Read as ${read.join(", ") || "nothing"}.`,
    seconds > 0 ? `Judged in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} seconds, ${plural(Math.round(records / seconds), "record")} a second.` : null);
}

/** Numbers, and what they leave open. */
export function factsPanel(done) {
  const facts = [
    ["Accepted", done.accepted], ["Equal to an earlier one", done.repeated], ["In conflict with an earlier one", done.conflicts], ["Rejected", done.rejected],
    ["Different customers, dimensions and hours, or events", done.keys],
  ];
  const old = done.findings.find(({ code }) => code === "timestamp_too_old");
  const broken = done.findings.filter(({ code }) => JSON_PER_LINE.has(code)).reduce((sum, { count }) => sum + count, 0);
  return h("section", { class: "panel", "aria-label": "Records of the file" },
    h("h3", {}, "Records"),
    h("dl", { class: "facts numbers" }, facts.map(([name, count]) => [h("dt", {}, name), h("dd", { class: "number" }, number(count))])),
    done.uncompared > 0 ? h("p", { class: "notice" }, `Duplicates were looked for among the first ${number(done.keys)} customers, dimensions and hours: ${plural(done.uncompared, "record")} after them had no room and ${done.uncompared === 1 ? "was" : "were"} not compared.`) : null,
    old && old.count > done.records / 2 ? h("p", { class: "notice info" }, "Most records are too old for the moment that is judged by. For a file of earlier days, give that day's end in \"Judge as of\".") : null,
    broken > done.lines / 2 ? h("p", { class: "notice info" }, "Most lines are no JSON by themselves. A file of JSON lines holds a whole object in each line; one document over many lines is to be pasted, or opened as a smaller file.") : null);
}

/** What was found, by code: how often, and the first places of each. `openLine(place)` shows a line below. */
export function findingsPanel(findings, openLine) {
  if (findings.length === 0) return null;
  return h("section", { class: "panel", "aria-label": "Violations of the file" },
    h("h3", {}, "Violations by code", h("span", { class: "count" }, plural(findings.length, "code"))),
    h("div", { class: "finding-list" }, findings.map((finding) => group(finding, openLine))));
}

/** The places are made when they are first looked at: up to twenty tables of pairs take longer than all the rest. */
const group = ({ code, severity, count, places }, openLine) => h("details", {
  class: `finding ${severity === "error" ? "fail" : "warn"}`, "data-code": code,
  ontoggle({ currentTarget }) {
    if (!currentTarget.open || currentTarget.querySelector(".places")) return;
    currentTarget.append(h("ol", { class: "plain places" }, places.map((place) => item(place, openLine))));
    if (count > places.length) currentTarget.append(h("p", { class: "hint" }, `The first ${places.length} of ${number(count)}. The report has all.`));
  },
}, h("summary", {},
  state(severity === "error" ? "fail" : "warn", severity === "error" ? "Error" : "Warning"),
  h("span", { class: "code" }, code), h("b", { class: "times" }, number(count)),
  h("span", { class: "hint" }, places.length > 0 ? `first in line ${number(places[0].line)}` : "")));

const item = (place, openLine) => h("li", {},
  h("div", { class: "violation-head" },
    h("button", { type: "button", class: "place", onclick: () => openLine(place) }, `Line ${place.line}, column ${place.column}`),
    h("span", { class: "hint" }, `byte ${place.byte}`),
    place.pointer ? h("code", { translate: "no" }, place.pointer) : null),
  h("p", { class: "violation-message" }, asSentence(place.message)),
  place.excerpt ? h("pre", { class: "excerpt", translate: "no", tabindex: "0", role: "group", "aria-label": `Line ${place.line}` }, place.excerpt.before, h("mark", {}, place.excerpt.marked), place.excerpt.after) : null,
  place.pair ? pairTable(
    { title: `Line ${place.pair.first.line}`, text: recordText(place.pair.firstText, place.pair.first.index) },
    { title: `Line ${place.line}`, text: recordText(place.pair.text, place.pair.second.index) }) : null);
