import { h, icon } from "../shell/dom.js";
import { indent } from "../shell/json-text.js";
import { distance, moment } from "../shell/time.js";
import { byteLength, members, pieces, split, tokenIn } from "./parts.js";

/**
 * The token in its three parts, each linked to what it says: pointing at a field, or reaching it with the keyboard, marks the
 * characters that encode it, and the other way round. The coloured text is for the eye; the lists say all of it.
 */
export function anatomy(text, diagnosis, judged, now) {
  const token = tokenIn(text);
  const { header, payload } = diagnosis;
  if (token === null || (header === undefined && payload === undefined)) return null;
  const parts = split(token);
  const heads = header === undefined ? [] : members(header);
  const claims = payload === undefined ? [] : members(payload);
  // A claim that agrees proves nothing while the signature does not verify.
  const status = new Map(judged.checks.map(({ name, status, remedy }) => [name, status === "pass" && remedy ? "unproven" : status]));
  const proven = judged.outcome === "verified" ? "signed by the key above" : "not proven: the token is not verified";

  const panel = h("section", { class: "panel anatomy", "aria-label": "Decoded token" },
    h("h3", {}, "What the token says", h("span", { class: "count" }, proven)),
    h("p", { class: "token-text", "aria-hidden": "true", translate: "no" },
      spans("header", pieces(parts.header, header ?? "", heads)),
      parts.payload === undefined ? null : [".", spans("payload", pieces(parts.payload, payload ?? "", claims))],
      parts.signature === undefined ? null : [".", spans("signature", [{ text: parts.signature, member: 0 }])]),
    diagnosis.notes.map((note) => h("p", { class: "notice info" }, note)),
    part("header", "Header", heads, header, ({ name }) => ({ means: HEADER[name] ?? "Not read.", state: status.get(HEADER_CHECKS[name]) })),
    part("payload", "Claims", claims, payload, ({ name, value }) => ({ means: meaning(name, value, now), state: status.get(CLAIM_CHECKS[camel(name)]) })),
    parts.signature === undefined ? null : part("signature", "Signature",
      [{ name: "bytes", value: String(byteLength(parts.signature)) }], undefined,
      () => ({ means: signatureLine(byteLength(parts.signature), diagnosis.registration), state: status.get("signature") })),
    rotated(diagnosis.registration));
  return link(panel);
}

const camel = (name) => name.charAt(0).toLowerCase() + name.slice(1);

const HEADER = {
  alg: "RSASSA-PSS with SHA-256 is the only one taken.",
  typ: "What this is: a JWT.",
  crit: "Asks for extensions: refused.",
  b64: "Asks for an unencoded payload: refused.",
};
const HEADER_CHECKS = { alg: "algorithm", typ: "type", crit: "critical", b64: "critical" };
const CLAIM_CHECKS = {
  productCode: "product_code", publicKeyVersion: "key", nonce: "nonce", iat: "issued_at", nbf: "issued_at", exp: "issued_at",
};
const CLAIMS = {
  productCode: "The product it was issued for.",
  publicKeyVersion: "The version of the key that signs it.",
  nonce: "What the container sent: the one guard against replay.",
};

/** What a claim says; moments as dates. */
function meaning(name, value, now) {
  const seconds = Number(value);
  if (["iat", "nbf", "exp", "publicKeyRotationTimestamp"].includes(camel(name)) && /^-?\d{1,12}(\.\d+)?$/.test(value)) {
    return `${moment(seconds * 1000)}, ${distance(seconds * 1000, now)} the moment of judging`;
  }
  return CLAIMS[camel(name)] ?? "Not read.";
}

const signatureLine = (bytes, registration) => registration
  ? `${bytes * 8} bits, by key version ${registration.publicKeyVersion}.`
  : `${bytes * 8} bits; it must have as many as the key.`;

const rotated = (registration) => registration?.publicKeyRotationTimestamp
  ? h("p", { class: "notice" }, `${moment(registration.publicKeyRotationTimestamp.getTime())}: this key version expired then; ship the new one.`)
  : null;

const spans = (part, list) => h("span", { class: `part ${part}`, "data-part": part }, list.map(({ text, member }) =>
  member === null ? text : h("span", { "data-link": `${part}-${member}` }, text)));

function part(name, title, list, json, describe) {
  return h("div", { class: `block ${name}` },
    h("h4", {}, title),
    list.length === 0 && json !== undefined ? raw(title, json) : null,
    h("ul", { class: "claims", "aria-label": title }, list.map((member, index) => {
      const { means, state } = describe(member);
      return h("li", { "data-link": `${name}-${index}` },
        h("button", { type: "button", class: "claim-name", "aria-pressed": "false", translate: "no", title: "Keep the mark in the token" }, member.name),
        h("span", { class: "claim-value", translate: "no" }, member.value),
        h("span", { class: "claim-means" }, means),
        WORDS[state] ? h("span", { class: `claim-state state ${state}` }, icon(state === "unproven" ? "pass" : state), h("span", { class: "sr-only" }, WORDS[state])) : null);
    })),
    list.length > 0 && json !== undefined ? h("details", { "data-key": `json-${name}` }, h("summary", {}, `${title} as JSON`), raw(title, json)) : null);
}

const WORDS = { pass: "its check passes", unproven: "agrees, but is not proven", fail: "its check fails", wait: "its check waits" };

const raw = (title, json) => h("pre", { class: "text", translate: "no", tabindex: "0", role: "group", "aria-label": `${title} as JSON` }, indent(json));

/** Marks both ends of a link while one of them is pointed at or has the focus; a press keeps the mark. */
function link(panel) {
  const of = (element) => element.closest?.("[data-link]")?.dataset.link;
  let kept = null;
  const mark = (name) => {
    for (const end of panel.querySelectorAll("[data-link]")) end.classList.toggle("on", end.dataset.link === name);
    panel.classList.toggle("marking", Boolean(name));
  };
  panel.addEventListener("pointerover", ({ target }) => mark(of(target) ?? kept));
  panel.addEventListener("pointerleave", () => mark(of(document.activeElement ?? panel) ?? kept));
  panel.addEventListener("focusin", ({ target }) => mark(of(target) ?? kept));
  panel.addEventListener("focusout", () => mark(kept));
  panel.addEventListener("click", ({ target }) => {
    const button = target.closest("button.claim-name");
    if (!button) return;
    const name = of(button);
    kept = kept === name ? null : name;
    for (const other of panel.querySelectorAll("button.claim-name")) other.setAttribute("aria-pressed", String(of(other) === kept));
    mark(kept ?? name);
  });
  return panel;
}
