import { h, plural } from "../../shell/dom.js";
import { bytes } from "./words.js";

// The speed is that of the last seconds: a machine may slow down on the way.
const SMOOTHING = 0.15;

/** Shows how far a file is: part, records a second, time left. `cancel` is offered where there is one. */
export function progressBar(label, size, cancel) {
  const bar = h("progress", { max: size, value: 0, "aria-label": label });
  const words = h("p", { class: "progress-words" }, "Starting…");
  let last = null;
  let speed = { bytes: 0, records: 0 };
  return {
    element: h("div", { class: "progress" }, h("p", {}, h("b", {}, label)), bar, words,
      cancel && h("button", { type: "button", class: "cancel", onclick: cancel }, "Cancel")),
    update({ bytes: done, records = 0, errors = 0 }) {
      const now = performance.now();
      if (last !== null && now > last.now) {
        const seconds = (now - last.now) / 1000;
        const next = { bytes: (done - last.done) / seconds, records: (records - last.records) / seconds };
        const weight = speed.bytes === 0 ? 1 : SMOOTHING;
        speed = { bytes: speed.bytes + weight * (next.bytes - speed.bytes), records: speed.records + weight * (next.records - speed.records) };
      }
      last = { now, done, records };
      bar.value = done;
      words.textContent = [
        `${bytes(done)} of ${bytes(size)}`,
        records > 0 ? plural(records, "record") : null,
        speed.records > 0 ? `${plural(Math.round(speed.records), "record")} a second` : null,
        speed.bytes > 0 ? left((size - done) / speed.bytes) : null,
        errors > 0 ? plural(errors, "error") : null,
      ].filter(Boolean).join(" · ");
    },
  };
}

function left(seconds) {
  if (seconds < 1) return "less than a second left";
  return seconds < 90 ? `about ${plural(Math.round(seconds), "second")} left` : `about ${plural(Math.round(seconds / 60), "minute")} left`;
}
