import { asSentence, byId, describing, fieldError, h, icon, show } from "../shell/dom.js";

const MOST = 10;

/**
 * The product's public keys, one row for each version. `read()` answers `{ keys, problem }`: key texts by version, and what keeps
 * a row that is filled in from being used.
 */
export function keyRows(engine, onChange) {
  const place = byId("token-keys");
  const rows = [row(place.querySelector(".key-row"), 1)];
  const adder = byId("token-add-key");

  function add(version) {
    const number = rows.at(-1).number + 1;
    const element = rows[0].element.cloneNode(true);
    for (const named of element.querySelectorAll("[id]")) named.id += `-${number}`;
    for (const label of element.querySelectorAll("label")) label.htmlFor += `-${number}`;
    for (const described of element.querySelectorAll("[aria-describedby]")) {
      described.setAttribute("aria-describedby", `${described.getAttribute("aria-describedby")}-${number}`);
    }
    adder.before(element);
    const added = row(element, number);
    added.key.value = "";
    added.version.value = version ?? String(Math.max(0, ...rows.map((one) => Number(one.version.value) || 0)) + 1);
    added.remover = h("button", { type: "button", class: "quiet small", onclick: () => remove(added) }, removing(added));
    element.append(added.remover);
    rows.push(added);
    adder.hidden = rows.length >= MOST;
    return added;
  }
  /** The focus goes to the key that takes its place, or to the one before it. */
  function remove(gone) {
    const index = rows.indexOf(gone);
    rows.splice(index, 1);
    gone.element.remove();
    adder.hidden = false;
    (rows[index] ?? rows[index - 1]).key.focus();
    onChange();
  }
  function keepOne() {
    for (const extra of rows.splice(1)) extra.element.remove();
    adder.hidden = false;
  }
  adder.addEventListener("click", () => {
    add().key.focus();
    onChange();
  });

  return {
    first: rows[0],
    read() {
      const keys = {};
      let problem = null;
      for (const { key, version, remover } of rows) {
        const number = wholeVersion(version.value);
        const details = describe(engine, key.value);
        const twice = number !== null && number in keys;
        fieldError(version, number === null ? "A whole number from 1 to 4294967295." : twice ? `Version ${number} stands above already.` : null);
        showFacts(key, details, number);
        if (remover) remover.textContent = removing({ version });
        if (number === null || twice) problem ??= "a key version";
        else if (details?.error) problem ??= "a public key that can be used";
        else if (details) keys[number] = key.value;
      }
      return { keys, problem };
    },
    /** The versions, as a link carries them. */
    versions: () => rows.map(({ version }) => version.value.trim()).join(","),
    setVersions(list) {
      const wanted = list.split(",");
      rows[0].version.value = wanted[0] || "1";
      for (const [index, version] of wanted.slice(1, MOST).entries()) {
        if (rows[index + 1]) rows[index + 1].version.value = version;
        else add(version);
      }
    },
    /** Puts a key into the first empty row, or a new one. */
    put(text) {
      const free = rows.find(({ key }) => key.value.trim() === "") ?? (rows.length < MOST ? add() : rows.at(-1));
      free.key.value = text;
      return free.key;
    },
    clear() {
      keepOne();
      rows[0].key.value = "";
      rows[0].version.value = "1";
    },
  };
}

const row = (element, number) => ({
  element, number, key: element.querySelector("textarea"), version: element.querySelector("input"),
});

const removing = ({ version }) => `Remove version ${version.value.trim()}`;

function wholeVersion(text) {
  const trimmed = text.trim();
  return /^[1-9]\d{0,9}$/.test(trimmed) && Number(trimmed) <= 0xffffffff ? Number(trimmed) : null;
}

function describe(engine, text) {
  if (text.trim() === "") return null;
  try {
    return engine.publicKey(text);
  } catch (error) {
    return { error };
  }
}

// Every key that AWS is known to have issued has this many bits.
const USUAL_BITS = 3072;

function showFacts(input, details, version) {
  const place = describing(input);
  input.ariaInvalid = details?.error ? "true" : null;
  if (details === null) return show(place);
  if (details.error) {
    const { code, message } = details.error;
    const published = code === "key_is_published";
    return show(place, published ? h("p", { class: "notice danger" }, icon("warn"), h("b", {}, "A demo key. "), "Its private half is public, so anybody can sign with it.") : null,
      h("p", { class: "field-error" }, asSentence(message)), h("p", { class: "code" }, code));
  }
  return show(place, h("dl", { class: "facts" },
    h("dt", {}, "Key"), h("dd", {}, `RSA, ${details.bits} bits${version === null ? "" : `; trusted as version ${version}`}`),
    h("dt", {}, "SHA-256 of SPKI"), h("dd", { class: "fingerprint", translate: "no" }, details.fingerprint)),
    details.bits === USUAL_BITS ? null : h("p", { class: "hint" }, `AWS's own keys are known to have ${USUAL_BITS} bits: is this the key of your product's page?`));
}
