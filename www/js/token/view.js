import { clockField } from "../shell/clock.js";
import { announcer, byId, debounce, fieldError, show, verdict } from "../shell/dom.js";
import { MINUTE } from "../shell/time.js";
import { anatomy } from "./anatomy.js";
import { causePanel } from "./causes.js";
import { checkList, judge, summary, verdictBanner } from "./checks.js";
import { diagnose } from "./diagnose.js";
import { errorTable } from "./errors-table.js";
import { keyRows } from "./keys.js";
import { sampleButtons } from "./sample-buttons.js";

/** Wires the token view: any change is judged at once, nothing needs a button. */
export async function mount(section, shell) {
  const { engine, settings } = shell;
  const form = byId("token-form");
  const field = { text: byId("token-text"), product: byId("token-product"), nonce: byId("token-nonce"), leeway: byId("token-leeway") };
  const results = byId("token-results");
  const empty = results.querySelector(".empty");
  const announce = announcer(byId("token-status"));
  const errors = errorTable(byId("token-errors"));

  const run = () => {
    const now = clock.read();
    const given = {
      ...keys.read(),
      text: field.text.value,
      product: field.product.value.trim() || undefined,
      leeway: leewayOf(field.leeway),
      choice: form.elements.nonce.value,
      nonce: field.nonce.value,
      now,
    };
    byId("token-trim").hidden = !hasStraySpace(given.text);
    if (given.text === "") {
      show(results, empty);
      announce("");
      return;
    }
    // A verdict that stayed would be that of another text, or of another leeway than the field shows.
    if (now === null || given.leeway === null) {
      const problem = `Mend the field "${now === null ? "Judge as of" : "Leeway"}" first.`;
      show(results, verdict("fail", "Not judged", problem));
      announce(`Not judged: ${problem}`);
      return;
    }
    const { waiting, diagnosis, problems } = diagnose(engine, given);
    fieldError(field.product, problems.product ?? null);
    fieldError(field.nonce, problems.nonce ?? null);
    const judged = judge(diagnosis, waiting);
    const causes = waiting.has("signature") ? [] : diagnosis.causes ?? [];
    show(results, verdictBanner(judged, waiting), causePanel(causes), anatomy(given.text, diagnosis, judged, now), checkList(judged));
    announce(summary(judged));
  };
  const soon = debounce(run, 120);
  const keys = keyRows(engine, () => changed());
  const clock = clockField(form.querySelector("[data-clock]"), soon);

  const remember = () => {
    settings.set("product", field.product.value.trim());
    settings.set("versions", keys.versions() === "1" ? "" : keys.versions());
    settings.set("leeway", field.leeway.value.trim());
    settings.set("asOf", byId("token-now").value.trim());
  };
  const recall = () => {
    field.product.value = settings.get("product") || field.product.value;
    field.leeway.value = settings.get("leeway") || field.leeway.value;
    byId("token-now").value = settings.get("asOf") || byId("token-now").value;
    if (settings.get("versions") !== "") keys.setVersions(settings.get("versions"));
    run();
  };
  const clear = () => {
    for (const input of Object.values(field)) input.value = "";
    keys.clear();
    form.elements.nonce.forEach((radio) => { radio.checked = false; });
    clock.clear();
    remember();
  };

  const changed = () => {
    remember();
    soon();
  };
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  field.nonce.addEventListener("input", () => {
    if (field.nonce.value !== "") form.elements.nonce.value = "exactly";
  });
  byId("token-trim-button").addEventListener("click", () => {
    field.text.value = field.text.value.replace(/\s+/g, "");
    field.text.focus();
    run();
  });
  byId("token-clear").addEventListener("click", () => {
    clear();
    run();
    field.text.focus();
  });
  sampleButtons({ results, announce }, (sample) => {
    clear();
    for (const name of ["text", "product", "nonce"]) field[name].value = sample[name];
    keys.put(sample.key);
    form.elements.nonce.value = "exactly";
    remember();
    run();
  });
  // The leeway of "iat" moves with the clock.
  setInterval(() => {
    if (clock.isLive() && !section.hidden && !results.contains(document.activeElement)) run();
  }, MINUTE);
  settings.onChange(recall);
  recall();

  return {
    /** Takes what was pasted: a token, a response, a key, or the name of an error. */
    open(text, found) {
      if (found?.kind === "register-usage-error") return errors.open(found.error);
      if (found?.kind === "public-key") keys.put(text).focus();
      else field.text.value = text;
      return run();
    },
  };
}

const MOST_LEEWAY = 86_400;

/** Seconds; undefined where the field is empty, null where it is wrong, which it then says. */
function leewayOf(input) {
  const text = input.value.trim();
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  const wrong = text !== "" && (seconds === undefined || seconds > MOST_LEEWAY);
  fieldError(input, wrong ? `Whole seconds from 0 to ${MOST_LEEWAY}.` : null);
  return wrong ? null : seconds;
}

/** White space around or within a bare token; around a response it is part of the JSON and does no harm. */
const hasStraySpace = (text) => /\s/.test(text) && text.trim() !== "" && !/^\s*[{"]/.test(text);
