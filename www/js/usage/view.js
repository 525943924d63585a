import { batchPanel } from "./batches.js";
import { clockField } from "../shell/clock.js";
import { announcer, asSentence, byId, debounce, fieldError, h, plural, show, verdict } from "../shell/dom.js";
import { editor } from "./editor.js";
import { plan, rulesWindow, validate } from "../shell/engine.js";
import { sketch } from "./sketch.js";
import { legend, table, timeline } from "./timeline.js";
import { HOUR, MINUTE, minute } from "../shell/time.js";
import { usageSample } from "./sample.js";
import { reportBanner, sentence, violationList } from "./violations.js";

/** Wires the usage view: any change is judged at once. */
export async function mount() {
  const form = byId("usage-form");
  const text = editor(byId("usage-editor"));
  const field = { rules: byId("usage-rules"), product: byId("usage-product"), dimensions: byId("usage-dimensions") };
  const place = { results: byId("usage-results"), drawing: byId("usage-drawing"), batches: byId("usage-batches") };
  const announce = announcer(byId("usage-status"));
  let redraw = () => {};
  let listed = "";

  const run = ({ byClock = false } = {}) => {
    const now = clock.read();
    if (text.area.value.trim() === "") {
      text.mark([]);
      redraw = () => {};
      show(place.results, emptyState());
      show(place.drawing);
      show(place.batches);
      announce("");
      return;
    }
    if (now === null) return;
    const judged = judge(text.area.value, field, now);
    if (judged.problem) {
      text.mark([]);
      redraw = () => {};
      show(place.results, verdict("fail", "Not judged", judged.problem));
      show(place.drawing);
      show(place.batches);
      announce(`Not judged: ${judged.problem}`);
      return;
    }
    const { report } = judged;
    // A tick of the clock that changes no verdict leaves the list where it was scrolled to.
    const verdicts = JSON.stringify(report.violations.map(({ code, start }) => [code, start]));
    if (!byClock || verdicts !== listed) {
      listed = verdicts;
      text.mark(report.violations);
      show(place.results, reportBanner(report), violationList(report, text.area.value, text.select));
    }
    redraw = () => show(place.drawing, drawing(judged, now, byId("usage").clientWidth));
    redraw();
    show(place.batches, batchPanel(judged.plan, report));
    announce(`${sentence(report)}. ${plural(judged.plan.batches.length, "request")} would be sent.`);
  };
  const soon = debounce(() => run(), 150);
  const clock = clockField(form.querySelector("[data-clock]"), soon);

  const clear = () => {
    text.area.value = field.product.value = field.dimensions.value = "";
    clock.clear();
  };
  text.area.addEventListener("input", soon);
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("usage-clear").addEventListener("click", () => {
    clear();
    run();
    text.area.focus();
  });
  for (const kind of ["good", "bad"]) {
    byId(`usage-sample-${kind}`).addEventListener("click", () => {
      clear();
      field.rules.value = "current";
      text.area.value = usageSample(kind, Date.now());
      run();
    });
  }
  // The window moves with the clock.
  setInterval(() => {
    const busy = Object.values(place).some((element) => element.contains(document.activeElement));
    if (clock.isLive() && !byId("usage").hidden && !busy) run({ byClock: true });
  }, MINUTE);
  onWidth(() => redraw());
  window.addEventListener("viewshown", () => redraw());
  run();
  return {
    open(given) {
      text.area.value = given;
      run();
    },
  };
}

/** Report, plan and window by the same settings; or the problem that kept them from being made. */
function judge(text, field, now) {
  const rules = field.rules.value;
  const names = field.dimensions.value.split(",").map((name) => name.trim()).filter(Boolean);
  const dimensions = names.length > 0 ? names : undefined;
  const productCode = field.product.value.trim() || undefined;
  const fields = { invalid_dimensions: field.dimensions, invalid_product_code: field.product };
  Object.values(fields).forEach((input) => fieldError(input, null));
  try {
    const report = validate(text, { rules, now, dimensions });
    return { text, report, rules, plan: plan(text, { rules, now, dimensions, productCode }), window: rulesWindow({ rules, now }) };
  } catch (error) {
    const problem = asSentence(error.message);
    if (fields[error.code]) fieldError(fields[error.code], problem);
    return { problem };
  }
}

function drawing({ text, report, rules, plan: planned, window: times }, now, width) {
  const all = sketch(text, report);
  const stateOf = states(report, planned);
  const points = all.filter(({ timestamp }) => timestamp !== null).map((point) => ({ ...point, state: stateOf(point.index) }));
  if (points.length === 0) return null;
  const accepted = { ...times, oldest: Math.max(times.oldest, times.monthCutoff ?? -Infinity) };
  const { picture, hiddenRows } = timeline({ points, window: accepted, now, width: Math.max(260, width - 34), monthCloses: monthCloses(rules, now) });
  const undrawn = all.length - points.length;
  return h("section", { class: "panel", "aria-label": "Records on the time axis" },
    h("h3", {}, "Records on the time axis", h("span", { class: "count" }, `accepted: ${minute(accepted.oldest)} to ${minute(times.newest)}`)),
    picture,
    legend(points),
    hiddenRows > 0 ? h("p", { class: "hint" }, `${plural(hiddenRows, "more row")} in the table below.`) : null,
    undrawn > 0 ? h("p", { class: "hint" }, `${plural(undrawn, "record")} without a readable time ${undrawn === 1 ? "is" : "are"} not drawn.`) : null,
    tableDetails(points));
}

/** The table is made when it is first opened: of thousands of records it is the slowest part of the page. */
const tableDetails = (points) => h("details", {
  "data-key": "table",
  ontoggle: ({ currentTarget }) => {
    if (currentTarget.open && !currentTarget.querySelector("table")) currentTarget.append(table(points));
  },
}, h("summary", {}, "The same as a table"));

/** The state of each record, by its index. */
function states(report, planned) {
  const errors = new Map();
  const warned = new Set();
  for (const { record, severity, code } of report.violations) {
    if (severity === "warning") warned.add(record);
    else errors.set(record, (errors.get(record) ?? true) && code === "conflicting_records");
  }
  const valid = new Set(report.records.map(({ index }) => index));
  const conflicts = new Set(planned.conflicts.map(({ record }) => record));
  const repeated = new Set(planned.batches.flatMap(({ coalesced }) => coalesced.map(([, dropped]) => dropped)));
  return (index) => {
    if (errors.get(index) === false) return "rejected";
    if (errors.has(index) || conflicts.has(index)) return "conflict";
    if (!valid.has(index)) return "blocked";
    if (repeated.has(index)) return "repeated";
    return warned.has(index) ? "warning" : "accepted";
  };
}

// Usage of a month is accepted until 06:00 UTC on the 1st of the next (BatchMeterUsage reference).
const MONTH_STAYS_OPEN = 6 * HOUR;

/** How long a month stays open after its end, where the edition has that rule. */
const monthCloses = (rules, now) => {
  const start = Date.UTC(new Date(now).getUTCFullYear(), new Date(now).getUTCMonth(), 1);
  return rulesWindow({ rules, now: start + MONTH_STAYS_OPEN }).monthCutoff === null ? null : MONTH_STAYS_OPEN;
};

/** Draws anew when the width changed, and only then. */
function onWidth(task) {
  let width = 0;
  new ResizeObserver(() => {
    const next = document.documentElement.clientWidth;
    if (next !== width) {
      width = next;
      task();
    }
  }).observe(document.documentElement);
}

const emptyState = () => h("div", { class: "empty" },
  h("p", {}, "Paste what you send to AWS, or what failed there:"),
  h("ul", {},
    h("li", {}, "a BatchMeterUsage or MeterUsage request body,"),
    h("li", {}, "one UsageRecord, or an array of them, such as a queue's messages.")),
  h("p", {}, "Every violation is shown at its place, the records on a time axis, and the requests they would be sent in."));
