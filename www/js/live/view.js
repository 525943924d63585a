import { h } from "../shell/dom.js";
import { minute } from "../shell/time.js";
import { createChart } from "./chart.js";
import { createControls } from "./controls.js";
import { createJournal } from "./journal.js";
import { createLanes } from "./lanes.js";
import { createModel } from "./model.js";
import { createStream } from "./stream.js";
import { createTable } from "./table.js";
import { createTotals } from "./totals.js";

const CONNECTION = {
  connecting: "Connecting…",
  connected: "Live",
  lost: "The connection is lost. Trying again…",
  ended: "cargo xtask up has ended. Start it again, and this view comes back.",
  driven: "The driven flow of 10,000 events is under way. The live view begins after it.",
  down: "Live, but the agent does not answer.",
};

/** The live view: present only where `cargo xtask up` serves the page. It listens while it is on show. */
export async function mount(section, shell) {
  await styled();
  const model = createModel();
  const parts = { totals: createTotals(), chart: createChart(), lanes: createLanes(), controls: createControls(shell), journal: createJournal(), table: createTable() };
  const status = h("span", { class: "live-state", role: "status", "data-connection": "" });
  const clock = h("span", { class: "live-clock", translate: "no" });
  const title = section.querySelector("h2");
  const results = h("div", { class: "results live", id: "live-results", tabindex: "-1", role: "region", "aria-label": "Live results" },
    h("div", { class: "live-top" },
      h("section", { class: "panel live-money", "aria-labelledby": "live-totals-title" }, h("h3", { id: "live-totals-title" }, "Used and billed"), parts.totals.element, parts.chart.element),
      h("section", { class: "panel", "aria-labelledby": "live-controls-title" }, h("h3", { id: "live-controls-title" }, "Make it fail"), parts.controls.element)),
    h("section", { class: "panel", "aria-labelledby": "live-lanes-title" }, h("h3", { id: "live-lanes-title" }, "Buckets: a customer's usage of one dimension in one hour"), parts.lanes.element, parts.table.element),
    h("section", { class: "panel", "aria-labelledby": "live-log-title" }, h("h3", { id: "live-log-title" }, "What happened"), parts.journal.element));
  section.replaceChildren(
    h("div", { class: "view-head" },
      h("div", {}, title, h("p", { class: "lead" }, "A seller's software sends usage to the agent, which bills each hour at an emulated AWS. Here an hour takes half a minute.")),
      h("p", { class: "live-status" }, status, clock)),
    results);

  let connection = "";
  function show(state) {
    connection = state;
    const { scene } = model;
    const shown = state !== "connected" ? state : scene?.phase === "driven" ? "driven" : scene && !scene.agentIsUp ? "down" : "connected";
    if (status.dataset.connection === shown) return;
    status.dataset.connection = shown;
    status.textContent = CONNECTION[shown];
    results.toggleAttribute("data-stale", shown === "lost" || shown === "ended");
  }

  function draw(isNew) {
    const { scene } = model;
    show(connection);
    clock.textContent = minute(Date.parse(scene.now));
    clock.title = "The time of the agent and of the emulated AWS";
    for (const part of Object.values(parts)) part.update(scene, isNew);
  }

  const stream = createStream({
    connection: show,
    told(name, data) {
      if (name === "scene") model.begin(data);
      else model.change(data);
      draw(name === "scene");
    },
  });
  // Usage flows while somebody watches: not while another view is on show.
  window.addEventListener("viewshown", ({ detail }) => (detail === "live" ? stream.open() : stream.close()));
}

/** The view's styles, which no other page needs. */
function styled() {
  const link = h("link", { rel: "stylesheet", href: "styles/live.css" });
  const loaded = new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });
  document.head.append(link);
  return loaded;
}
