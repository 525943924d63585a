import { announcer, byId, debounce, plural, show, verdict } from "../shell/dom.js";
import { MINUTE } from "../shell/time.js";
import { batchPanel } from "./batches.js";
import { caretLine } from "./caret.js";
import { editor } from "./editor.js";
import { emptyState } from "./empty.js";
import { fixPanel } from "./fix-offer.js";
import { applied, safeFixes } from "./fixes.js";
import { fileCheck } from "./file/check.js";
import { isJsonLines, lineByLine } from "./file/kind.js";
import { History } from "./history.js";
import { drawn, judge, reportOf } from "./judging.js";
import { optionsForm } from "./options.js";
import { pairPanel } from "./pair-panel.js";
import { usageSample } from "./sample.js";
import { recordSpan } from "./spans.js";
import { stepper } from "./steps.js";
import { timelinePanel } from "./timeline-panel.js";
import { inOrder, reachExcerpts, reportBanner, sentence, violationList } from "./violations.js";

// Of a longer text the fixes are not looked for: it is a file, and judged as one.
const LONGEST_TO_FIX = 2_000_000;

/** Wires the usage view: any change is judged at once. */
export async function mount(section, shell) {
  const text = editor(byId("usage-editor"));
  const place = { results: byId("usage-results"), drawing: byId("usage-drawing"), batches: byId("usage-batches") };
  const announce = announcer(byId("usage-status"));
  const history = new History();
  const caret = caretLine(text.area);
  text.area.closest(".editor").after(caret.element);
  let judged = null;
  let listed = "";
  let list = { reveal() {} };
  const select = (span) => {
    text.select(span);
    caret.tell();
  };
  const steps = stepper((violation, index) => {
    list.reveal(index);
    select(violation);
  });
  const timeline = timelinePanel(place.drawing, (index) => {
    const span = recordSpan(text.area.value, judged.report.kind, index);
    if (span) select({ start: span.from, end: span.to });
  });

  const nothing = (...shown) => {
    judged = null;
    listed = "";
    text.mark([]);
    caret.set([]);
    steps.set([]);
    timeline.update(null);
    show(place.results, ...shown);
    show(place.batches);
  };

  const run = ({ byClock = false } = {}) => {
    const options = form.read();
    if (text.area.value.trim() === "") {
      nothing(emptyState());
      form.complain(null);
      announce("");
      return;
    }
    // What stayed would be said of another text, or as of another moment.
    const next = options === null ? { problem: { words: 'Mend the field "Judge as of" first.' } } : judge(text.area.value, options);
    form.complain(next.problem ?? null);
    if (next.problem) {
      nothing(verdict("fail", "Not judged", next.problem.words), isJsonLines(text.area.value) ? asFile() : null);
      announce(`Not judged: ${next.problem.words}`);
      return;
    }
    judged = next;
    const { report } = judged;
    // A tick of the clock that changes no verdict leaves the list where it was scrolled to.
    const verdicts = JSON.stringify(report.violations.map(({ code, start }) => [code, start]));
    if (!byClock || verdicts !== listed) {
      listed = verdicts;
      text.mark(report.violations);
      caret.set(report.violations);
      steps.set(inOrder(report));
      const fixes = text.area.value.length > LONGEST_TO_FIX ? [] : safeFixes(text.area.value, report, (other) => reportOf(other, options));
      list = violationList(report, text.area.value, { select: chosen, fixes, apply, steps: steps.buttons });
      show(place.results, reportBanner(report),
        isJsonLines(text.area.value, report) ? asFile() : null, fixPanel(fixes, text.area.value, apply, history.last(text.area.value), undo), list.panel);
    }
    reachExcerpts(place.results);
    timeline.update({ ...drawn(judged), width: section.clientWidth });
    show(place.batches, pairPanel(judged.plan, report, text.area.value, select), batchPanel(judged.plan, report));
    announce(`${sentence(report)}.${report.points ? "" : ` ${plural(judged.plan.batches.length, "request")} would be sent.`}`);
  };
  const soon = debounce(() => run(), 150);
  const form = optionsForm(shell.settings, soon);

  const chosen = (violation) => {
    steps.chose(violation);
    list.reveal(inOrder(judged.report).indexOf(violation));
    select(violation);
  };

  /** Replaces what the fixes are about, in one step that can be taken back. */
  const apply = (fixes) => {
    const before = text.area.value;
    // Typed on since: the places are those of another text.
    if (before !== judged?.text) {
      run();
      return;
    }
    const [from, to] = [fixes[0].start, fixes.at(-1).end];
    const after = applied(before, fixes);
    text.replace(from, to, after.slice(from, after.length - (before.length - to)));
    const words = fixes.length === 1 ? `Fixed in line ${fixes[0].violation.line}: ${fixes[0].what}.` : `${fixes.length} fixes applied.`;
    history.did(before, after, words);
    run();
    shell.announce(`${words} ${sentence(judged.report)}.`);
  };
  const undo = () => {
    const { before, after } = history.undo();
    const [from, tail] = apart(before, after);
    text.replace(from, after.length - tail, before.slice(from, before.length - tail));
    run();
    shell.announce(`Taken back. ${sentence(judged.report)}.`);
  };

  const file = fileCheck(section, {
    options: () => form.read(),
    announce: shell.announce,
    toText(content) {
      history.clear();
      text.area.value = content;
      run();
    },
  });
  const asFile = () => lineByLine(() => file.open(new File([text.area.value], "pasted.jsonl")));

  text.area.addEventListener("input", soon);
  section.addEventListener("keydown", (event) => {
    if (event.key !== "F8" || judged === null) return;
    event.preventDefault();
    if (event.shiftKey) steps.previous();
    else steps.next();
  });
  byId("usage-clear").addEventListener("click", () => {
    file.close();
    text.area.value = "";
    form.clear();
    history.clear();
    run();
    text.area.focus();
  });
  for (const kind of ["good", "bad"]) {
    byId(`usage-sample-${kind}`).addEventListener("click", () => {
      file.close();
      form.clear({ rules: "current" });
      history.clear();
      text.area.value = usageSample(kind, Date.now());
      run();
    });
  }
  // The window moves with the clock.
  setInterval(() => {
    const busy = Object.values(place).some((element) => element.contains(document.activeElement));
    if (form.isLive() && !section.hidden && !busy) run({ byClock: true });
  }, MINUTE);
  const resize = () => {
    timeline.resize(section.clientWidth);
    reachExcerpts(place.results);
    file.resize();
  };
  onWidth(resize);
  window.addEventListener("viewshown", resize);
  run();

  return {
    /** Takes a text or a file; JSON lines are judged line by line. */
    open(given) {
      if (given instanceof Blob) {
        file.open(given);
        return;
      }
      file.close();
      if (isJsonLines(given)) file.open(new File([given], "pasted.jsonl"));
      else {
        history.clear();
        text.area.value = given;
        run();
      }
    },
  };
}

/** How much two texts have in common at their beginning and at their end. */
function apart(a, b) {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  return [head, tail];
}

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
