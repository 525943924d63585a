import { byId, h, show } from "../shell/dom.js";
import { read } from "./read.js";

// So much of a file is looked at to see what it is; a longer one goes to the usage view as a file.
const HEAD = 65_536;
const MOST_AS_TEXT = 4 * 1024 * 1024;

/** Reads what is pasted, dropped or opened anywhere on the page, says what it is, and hands it to its view. */
export function startIntake(shell) {
  const take = (text) => handOn(read(text), shell);

  document.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text === "" || keepsItself(event.target, text)) return;
    event.preventDefault();
    take(text);
  });

  const takeFile = async (file) => {
    try {
      const head = await file.slice(0, HEAD).text();
      const whole = file.size <= MOST_AS_TEXT ? await file.text() : null;
      const found = whole === null ? { kind: "json-lines", view: "usage" } : read(whole);
      if (found.kind !== "json-lines") return handOn(found, shell);
      const line = `The file ${file.name.slice(0, 80)}${looksLikeLines(head) ? ": JSON lines" : ""}, ${size(file.size)}. It is read in this browser, part by part.`;
      handOn({ ...found, line, text: file }, shell);
    } catch (error) {
      handOn({ kind: "unknown", view: null, line: `The file could not be read: ${error.message}` }, shell);
    }
  };
  startDrop(take, takeFile);

  const picker = byId("open-file");
  picker.addEventListener("change", () => {
    if (picker.files.length > 0) takeFile(picker.files[0]);
    picker.value = "";
  });
  byId("open-button").addEventListener("click", () => picker.click());
}

const looksLikeLines = (head) => read(head.slice(0, Math.max(0, head.lastIndexOf("\n")))).kind === "json-lines";

const size = (bytes) => (bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${Math.round(bytes / 100_000) / 10} MB`);

/** A field keeps what belongs in it, but no private key; the two large ones only give away what has to be unwrapped or is of the other view. */
function keepsItself(target, text) {
  const field = target.closest?.("input, textarea, [contenteditable]");
  if (!field) return false;
  const home = { "token-text": "token", "usage-text": "usage" }[field.id];
  const found = read(text);
  if (found.kind === "private-key") return false;
  if (home === undefined) return true;
  const whole = field.value === "" || field.selectionEnd - field.selectionStart === field.value.length;
  if (!whole) return true;
  return found.view === null || (found.view === home && found.text === text);
}

function handOn(found, shell) {
  const place = byId("recognised");
  const reasons = (found.reasons ?? []).slice(0, 10);
  show(place, h("div", { class: found.view === null ? "recognised unknown" : "recognised" },
    h("p", {}, h("b", {}, found.view === null ? "" : "Read: "), found.line),
    reasons.map(({ code, reason }) => h("p", { class: "reason" }, h("span", { class: "code" }, code), reason ? ` ${reason}` : "")),
    h("button", { type: "button", class: "quiet", "aria-label": "Close this note", onclick: () => show(place) }, "Close")));
  shell.announce(found.line);
  if (found.settings) shell.settings.apply(found.settings);
  if (found.view !== null) shell.openIn(found.view, found.lines ? new File([found.text], "messages.jsonl") : found.text ?? "", found);
}

/** The whole window takes what is dropped; an overlay says so while something is held over it. */
function startDrop(take, takeFile) {
  const overlay = byId("drop");
  const wanted = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].some((type) => type === "Files" || type === "text/plain");
  // Moving a selection within a field is the browser's own affair.
  const within = (event) => event.target.closest?.("input, textarea") && !event.dataTransfer.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!wanted(event) || within(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    overlay.hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) overlay.hidden = true;
  });
  document.addEventListener("drop", (event) => {
    overlay.hidden = true;
    if (!wanted(event) || within(event)) return;
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) takeFile(file);
    else take(event.dataTransfer.getData("text/plain"));
  });
}
