import { asSentence, h } from "../shell/dom.js";

const TITLES = {
  signed_by_other_key: "Signed with another key version",
  rs256_in_disguise: "RS256 in disguise",
  other_salt_length: "Another salt length",
  other_pss_hash: "Another hash",
  text_changed: "Changed after it was signed",
  reencoded: "Encoded again after it was signed",
  truncated: "Cut off",
  signature_reencoded: "Signature encoded in another way",
  malformed_pss: "Padding of the signature is wrong",
  algorithm_mislabelled: "Another algorithm in the header than in the signature",
  unknown_key: "Signed with an unknown key, or damaged",
};

/** How far the failure of a signature can be narrowed. It explains a refusal and never lifts it. */
export function causePanel(causes) {
  if (causes.length === 0) return null;
  return h("section", { class: "panel causes", "aria-label": "Why the signature fails" },
    h("h3", {}, "Why the signature fails", h("span", { class: "count" }, "a diagnosis: the token stays refused")),
    h("ol", { class: "plain" }, causes.map(({ code, evidence, remedy }) => h("li", { class: "cause", "data-cause": code },
      h("div", { class: "check-title" }, h("span", { class: "check-name" }, TITLES[code] ?? code), h("span", { class: "code" }, ` ${code}`)),
      evidence ? h("p", {}, asSentence(evidence)) : null,
      remedy ? h("p", { class: "remedy" }, h("b", {}, "What to do: "), asSentence(remedy)) : null))));
}
