import { h } from "../shell/dom.js";

/** What stands there while there is nothing to judge. */
export const emptyState = () => h("div", { class: "empty" },
  h("p", {}, "Paste what you send to AWS, or what failed there:"),
  h("ul", {},
    h("li", {}, "a BatchMeterUsage or MeterUsage request body,"),
    h("li", {}, "one UsageRecord or usage event, or an array of them, such as a queue's messages,"),
    h("li", {}, "or drop a file of JSON lines here: of any size, a record, a request or an event a line.")),
  h("p", {}, "Every violation is shown at its place, the records on a time axis, and the requests they would be sent in."));
