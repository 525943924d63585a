import { byId, h, show } from "./dom.js";

const WORDS = {
  product: "product code", versions: "key versions", leeway: "leeway", rules: "rules edition", dimensions: "dimensions", asOf: "moment to judge by",
};

/** A link with the settings alone, after the "#": browsers send no fragment to a server. */
export function startShare(shell) {
  const button = byId("share-button");
  const place = byId("share");
  const hide = () => {
    show(place);
    button.setAttribute("aria-expanded", "false");
  };
  const close = () => {
    hide();
    button.focus();
  };
  // The link would hold what no longer stands in the fields.
  document.addEventListener("input", hide);
  button.addEventListener("click", () => {
    if (place.firstChild) return close();
    // Not the query: whoever linked here may have put anything into it.
    const link = location.origin + location.pathname + shell.settings.fragment(shell.current());
    const holds = Object.keys(WORDS).filter((name) => shell.settings.get(name) !== "").map((name) => WORDS[name]);
    const field = h("input", { id: "share-link", type: "text", readonly: true, "aria-label": "Link with these settings", translate: "no" });
    field.value = link;
    const said = h("span", { class: "said", role: "status" });
    show(place, h("div", { class: "recognised share-panel" },
      h("p", {}, holds.length > 0 ? `Holds ${holds.join(", ")}; ` : "Holds nothing but the view; ", h("b", {}, "no token, nonce, key or record.")),
      h("div", { class: "share-row" }, field,
        h("button", { type: "button", onclick: () => copy(field, said) }, "Copy"),
        h("button", { type: "button", class: "quiet", onclick: close }, "Close"), said)));
    button.setAttribute("aria-expanded", "true");
    field.focus();
    field.select();
  });
}

async function copy(field, said) {
  try {
    await navigator.clipboard.writeText(field.value);
    said.textContent = "Copied.";
  } catch {
    field.select();
    said.textContent = "Copy it with the keyboard: this browser does not let a page do it.";
  }
}
