import { h, plural, show, verdict } from "../../shell/dom.js";
import { rulesWindow } from "../../shell/engine.js";
import { acceptedTimes, monthCloses } from "../judging.js";
import { saveFile } from "../save.js";
import { histogramPanel } from "./histogram.js";
import { fileJob } from "./job.js";
import { lineAt } from "./line-at.js";
import { progressBar } from "./progress.js";
import { factsPanel, fileBanner, findingsPanel, sentence } from "./results.js";

/**
 * Judges files of JSON lines in the usage view. `options()` answers what to judge by, or null; `toText(text)` shows a line
 * in the text area; `announce` tells a screen reader.
 */
export function fileCheck(section, { options, toText, announce }) {
  const place = h("div", { class: "results file-results", id: "usage-file", tabindex: "-1", role: "region", "aria-label": "File", hidden: true });
  section.querySelector("#usage-form").after(place);
  const drawing = h("div", { class: "results" });
  const histogram = histogramPanel(drawing);
  let job = null;
  let current = null;
  // The bar of the download that is being written; there is one at a time.
  let saving = null;

  const stop = () => {
    job?.end();
    job = saving = null;
  };

  const close = () => {
    stop();
    current = null;
    place.hidden = true;
    section.classList.remove("file-alone");
    histogram.update(null);
    show(place);
  };

  const start = (file) => {
    const given = options();
    stop();
    current = file;
    place.hidden = false;
    section.classList.add("file-alone");
    histogram.update(null);
    if (given === null) {
      show(place, verdict("fail", "Not judged", "Mend the field \"Judge as of\" first."), closing(file));
      return;
    }
    const began = performance.now();
    const bar = progressBar(`Reading ${file.name}`, file.size, () => job.cancel());
    show(place, h("section", { class: "panel", "aria-label": "Progress" }, bar.element));
    announce(`Reading ${file.name}.`);
    place.focus({ preventScroll: true });
    job = fileJob(file, given, {
      progress: bar.update,
      failed(message) {
        stop();
        show(place, verdict("fail", "The file was not judged", message), closing(file));
        announce(`The file was not judged: ${message}`);
      },
      done(done) {
        finish(file, given, done, (performance.now() - began) / 1000);
      },
      downloading: ({ bytes }) => saving?.update({ bytes }),
      download({ kind, blob }) {
        saveFile(named(file.name, kind), blob);
        saving?.element.remove();
        saving = null;
        announce("The file is ready.");
      },
      notWritten(message) {
        saving?.element.replaceWith(h("p", { class: "notice not-written" }, `The file was not written: ${message}`));
        saving = null;
        announce(`The file was not written: ${message}`);
      },
    });
  };

  const save = (kind, button) => {
    if (saving !== null) return;
    place.querySelector(".not-written")?.remove();
    saving = progressBar(kind === "cleaned" ? "Writing the cleaned file" : "Writing the report", current.size);
    button.closest("section").append(saving.element);
    job.download(kind);
  };

  const finish = (file, { rules, now }, done, seconds) => {
    histogram.update({
      hours: done.hours, elsewhere: done.elsewhere, timeless: done.timeless, now,
      window: acceptedTimes(rulesWindow({ rules, now })), monthCloses: monthCloses(rules, now), width: section.clientWidth,
    });
    show(place,
      fileBanner(file.name, done, seconds),
      drawing,
      h("div", { class: "file-columns" },
        h("div", { class: "results" }, factsPanel(done), exportPanel(done, save), closing(file)),
        findingsPanel(done.findings, openLine)));
    announce(`${sentence(done)}.`);
  };

  const openLine = async ({ offset, line }) => {
    const text = await lineAt(current, offset);
    section.classList.remove("file-alone");
    toText(text.replace(/\r$/, ""));
    announce(`Line ${line} is in the text area.`);
    section.querySelector("#usage-text").focus();
    section.querySelector("#usage-text").scrollIntoView({ block: "center" });
  };

  const closing = (file) => h("div", { class: "export" },
    h("button", { type: "button", onclick: () => start(file) }, "Judge it again"),
    h("button", { type: "button", class: "quiet", onclick: () => {
      close();
      section.querySelector("#usage-text").focus();
    } }, "Close the file"));

  return {
    open: start,
    close,
    resize: () => histogram.resize(section.clientWidth),
  };
}

const named = (name, kind) => `${name.replace(/\.[^.]*$/, "")}.${kind === "cleaned" ? "cleaned" : "violations"}.jsonl`;

/** What can be taken away of it. */
function exportPanel(done, save) {
  if (done.cancelled || done.lines === 0) return null;
  const left = [
    done.rejected > 0 ? `${plural(done.rejected, "rejected record")} with the line they stand in` : null,
    done.repeated > 0 ? plural(done.repeated, "duplicate") : null,
    done.conflicts > 0 ? `${plural(done.conflicts, "record")} in conflict with an earlier one` : null,
  ].filter(Boolean);
  const whole = done.droppedWhole;
  return h("section", { class: "panel", "aria-label": "Downloads" },
    h("h3", {}, "Take away"),
    h("p", { class: "hint" }, left.length > 0 ? `The cleaned file leaves out ${left.join(", ")}. The other lines stay as they are.` : "Nothing has to be left out."),
    whole > 0 ? h("p", { class: "notice" }, `${plural(whole, "line")} with several records ${whole === 1 ? "is" : "are"} left out as a whole: the record that came before cannot be cut out of ${whole === 1 ? "it" : "them"}. The report names ${done.unlistedPairs > 0 ? "the first of them" : whole === 1 ? "it" : "them"}; add what else ${whole === 1 ? "it holds" : "they hold"} yourself.`) : null,
    h("div", { class: "export" },
      h("button", { type: "button", class: "cleaned", onclick: ({ currentTarget }) => save("cleaned", currentTarget) }, "Download the cleaned file"),
      h("button", { type: "button", class: "report", onclick: ({ currentTarget }) => save("report", currentTarget) }, "Download the report")));
}
