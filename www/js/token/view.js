import { checkList, decoded, judge, summary, verdictBanner } from "./checks.js";
import { clockField } from "../shell/clock.js";
import { announcer, asSentence, byId, debounce, fieldError, h, icon, show } from "../shell/dom.js";
import { createVerifier, publicKey } from "../shell/engine.js";
import { PRODUCT_CODE, PUBLIC_KEY } from "./stand-in.js";
import { MINUTE } from "../shell/time.js";
import { tokenSample } from "./sample.js";

/** Wires the token view: any change is judged at once, nothing needs a button. */
export async function mount() {
  const form = byId("token-form");
  const field = {
    text: byId("token-text"), key: byId("token-key"), product: byId("token-product"),
    version: byId("token-version"), nonce: byId("token-nonce"),
  };
  const nonceChoice = () => form.elements.nonce.value;
  const results = byId("token-results");
  const announce = announcer(byId("token-status"));

  const run = () => {
    const now = clock.read();
    const given = read(field, nonceChoice(), now);
    showKey(given.key);
    fieldError(field.version, given.version === null ? "A whole number from 1 to 4294967295." : null);
    byId("token-trim").hidden = !hasOuterSpace(field.text.value);
    if (field.text.value === "") {
      show(results, emptyState());
      announce("");
      return;
    }
    if (now === null) return;
    const { waiting, diagnosis } = diagnose(given, field);
    const judged = judge(diagnosis, waiting);
    show(results, verdictBanner(judged, waiting), checkList(judged), decoded(diagnosis, judged.outcome, now));
    announce(summary(judged));
  };
  const soon = debounce(run, 120);
  const clock = clockField(form.querySelector("[data-clock]"), soon);

  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => event.preventDefault());
  field.nonce.addEventListener("input", () => {
    if (field.nonce.value !== "") form.elements.nonce.value = "exactly";
  });
  byId("token-trim-button").addEventListener("click", () => {
    field.text.value = field.text.value.trim();
    field.text.focus();
    run();
  });
  byId("token-clear").addEventListener("click", () => {
    for (const input of Object.values(field)) input.value = "";
    field.version.value = "1";
    form.elements.nonce.forEach((radio) => { radio.checked = false; });
    clock.clear();
    run();
    field.text.focus();
  });
  for (const kind of ["good", "bad"]) {
    const button = byId(`token-sample-${kind}`);
    button.addEventListener("click", () => loadSample(button, kind, { field, form, clock, announce, results, run }));
  }
  // The leeway of "iat" moves with the clock.
  setInterval(() => {
    if (clock.isLive() && !byId("token").hidden && !results.contains(document.activeElement)) run();
  }, MINUTE);
  run();
  return {
    open(text) {
      field.text.value = text;
      run();
    },
  };
}

/** The inputs as values: undefined is not given, null is given and not usable. */
function read(field, choice, now) {
  const version = field.version.value.trim();
  return {
    text: field.text.value,
    key: readKey(field.key.value),
    version: /^[1-9]\d{0,9}$/.test(version) && Number(version) <= 0xffffffff ? Number(version) : null,
    product: field.product.value.trim() || undefined,
    nonce: choice === "not-sent" ? null : choice === "exactly" && field.nonce.value !== "" ? field.nonce.value : undefined,
    choice,
    now,
  };
}

function readKey(text) {
  if (text.trim() === "") return undefined;
  try {
    return { text, ...publicKey(text) };
  } catch (error) {
    return { error };
  }
}

function diagnose(given, field) {
  const waiting = new Map();
  const keyUsable = given.key !== undefined && !given.key.error && given.version !== null;
  if (!keyUsable) {
    const why = given.key?.error ? "a public key that can be used" : given.version === null ? "a key version" : "the public key";
    waiting.set("key", why).set("signature", why);
  }
  let verifier = null;
  fieldError(field.product, null);
  fieldError(field.nonce, null);
  const keys = keyUsable ? { [given.version]: given.key.text } : { 1: PUBLIC_KEY };
  if (given.product !== undefined) {
    try {
      verifier = createVerifier({ productCode: given.product, keys });
    } catch (error) {
      fieldError(field.product, asSentence(error.message));
    }
  }
  if (verifier === null) {
    waiting.set("product_code", given.product === undefined ? "the product code" : "a product code that can be used");
    verifier = createVerifier({ productCode: PRODUCT_CODE, keys });
  }
  if (given.nonce === undefined) {
    waiting.set("nonce", given.choice === "exactly" ? "the nonce" : "the choice of nonce: exactly one, or not sent");
  }
  try {
    return { waiting, diagnosis: verifier.diagnose(given.text, { nonce: given.nonce ?? null, now: given.now }) };
  } catch (error) {
    fieldError(field.nonce, asSentence(error.message));
    waiting.set("nonce", "a nonce that can be used");
    return { waiting, diagnosis: verifier.diagnose(given.text, { nonce: null, now: given.now }) };
  }
}

function showKey(key) {
  const place = byId("token-key-facts");
  const input = byId("token-key");
  if (key?.error) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  if (key === undefined) show(place);
  else if (key.error) show(place, h("p", { class: "field-error" }, asSentence(key.error.message)), h("p", { class: "code" }, key.error.code));
  else {
    show(place, h("dl", { class: "facts" },
      h("dt", {}, "Key"), h("dd", {}, `RSA, ${key.bits} bits`),
      h("dt", {}, "SHA-256 of SPKI"), h("dd", { class: "fingerprint", translate: "no" }, key.fingerprint)));
  }
}

/** White space around a bare token; around a response it is part of the JSON and does no harm. */
const hasOuterSpace = (text) => text !== text.trim() && text.trim() !== "" && !text.trim().startsWith("{");

const emptyState = () => h("div", { class: "empty" },
  h("p", {}, "Paste the token to see its header and claims. For a verdict, meterproof also needs:"),
  h("ul", {},
    h("li", {}, "the product's public key, from the page that created the container product,"),
    h("li", {}, "the product code,"),
    h("li", {}, "the nonce your container sent with RegisterUsage, or that it sent none.")),
  h("p", {}, "Or load a sample: its key is made here, for this one time."));

async function loadSample(button, kind, { field, form, clock, announce, results, run }) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  show(results, h("div", { class: "verdict wait" }, icon("wait"), h("div", {}, h("h3", {}, "Making an RSA-3072 key for the sample…"))));
  announce("Making a key for the sample.");
  try {
    const sample = await tokenSample(kind);
    for (const name of ["text", "key", "product", "version", "nonce"]) field[name].value = sample[name];
    form.elements.nonce.value = "exactly";
    clock.clear();
    run();
  } catch (error) {
    show(results, h("p", { class: "notice" }, `No sample: ${error.message}`));
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
