import { h } from "../shell/dom.js";

const FAULTS = [
  ["throttle", "Throttle", "ThrottlingException"],
  ["internalError", "Internal error", "InternalServiceErrorException, HTTP 500"],
  ["serviceUnavailable", "Unavailable", "ServiceUnavailable, HTTP 503"],
  ["unprocessed", "Unprocessed", "records come back in UnprocessedRecords"],
  ["latency", "Slow", "the answer comes two seconds later"],
  ["dropBeforeCommit", "Cut before billing", "no answer, and nothing is billed"],
  ["dropAfterCommit", "Cut after billing", "no answer, and everything is billed"],
];
const COUNTS = ["1", "5", "25"];
const SLOW = 2000;

/** Buttons that disturb the flow, and how many faults are in force. */
export function createControls({ announce }) {
  const choice = h("div", { class: "live-choice", role: "radiogroup", "aria-label": "Calls each fault strikes" }, COUNTS.map((count) =>
    h("label", {}, h("input", { type: "radio", name: "live-count", value: count, checked: count === "5" }), h("span", {}, count))));
  const counted = () => Number(choice.querySelector("input:checked").value);
  const faults = new Map(FAULTS.map(([kind, name, meaning]) => [kind, fault(kind, name, meaning)]));
  const clear = button("clear", "Take all faults away", (pressed) => ask(pressed, "DELETE", "faults"));
  const flow = button("flow", "Pause usage", (pressed) => ask(pressed, "POST", "usage", { flows: latest ? !latest.flows : false }));
  const crash = button("crash", "Crash the agent (kill -9)", (pressed) => ask(pressed, "POST", "crash", {}));
  const customer = button("customer", "Unsubscribe a customer", (pressed) => ask(pressed, "POST", "subscription", { subscribed: latest ? !latest.subscribed : false }));
  const conflict = button("conflict", "Bill an open hour elsewhere", (pressed) => ask(pressed, "POST", "conflict", {}));
  const problem = h("p", { class: "field-error", role: "alert" });
  let latest = null;

  const element = h("div", { class: "live-controls" },
    h("div", { class: "actions", role: "group", "aria-label": "The flow" }, flow, crash),
    h("div", { class: "live-strikes" }, h("h4", {}, "Faults of AWS"), h("span", { class: "live-next" }, "for the next"), choice, h("span", { class: "live-next" }, "calls")),
    h("ul", { class: "live-faults plain", "aria-label": "Faults of AWS" }, [...faults.values()].map(({ item }) => item), h("li", {}, clear)),
    h("div", { class: "actions", role: "group", "aria-label": "Other disturbances" }, customer, conflict),
    problem);

  function fault(kind, name, meaning) {
    const badge = h("span", { class: "live-badge", "data-force": kind });
    const press = h("button", { type: "button", "data-fault": kind, onclick: ({ currentTarget }) => inject(currentTarget, kind) }, h("b", {}, name), h("small", {}, meaning), badge);
    return { item: h("li", {}, press), press, badge };
  }

  const inject = (pressed, kind) => ask(pressed, "POST", "faults", { kind, count: counted(), ...(kind === "latency" ? { milliseconds: SLOW } : {}) });

  /** Asks the server, and says why where it refuses. A button is not pressed twice for one wish; not every browser gives it the focus. */
  async function ask(pressed, method, path, body) {
    if (pressed.getAttribute("aria-disabled") === "true") return;
    pressed.setAttribute("aria-disabled", "true");
    try {
      const answer = await fetch(`live/${path}`, body === undefined ? { method } : { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      const told = answer.ok ? "" : (await answer.json().catch(() => ({}))).reason ?? `the server answered ${answer.status}`;
      problem.textContent = told;
    } catch {
      problem.textContent = "the server cannot be reached: is cargo xtask up still running?";
    }
    pressed.removeAttribute("aria-disabled");
    if (problem.textContent === "" && path === "crash") announce("The agent was killed, and is up again.");
  }

  function update(scene) {
    latest = scene;
    flow.textContent = scene.flows ? "Pause usage" : "Let usage flow";
    customer.textContent = scene.subscribed ? "Unsubscribe a customer" : "Subscribe the customer again";
    for (const [kind, { press, badge }] of faults) {
      const { remaining, hits } = scene.faults[kind];
      press.classList.toggle("armed", remaining > 0);
      const words = remaining > 0 ? `${remaining} to come, ${hits} struck` : hits > 0 ? `${hits} struck` : "";
      if (badge.textContent !== words) badge.textContent = words;
    }
  }

  return { element, update };
}

const button = (name, words, press) => h("button", { type: "button", "data-control": name, onclick: ({ currentTarget }) => press(currentTarget) }, words);
