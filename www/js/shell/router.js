import { byId } from "./dom.js";

/** Shows the view that the address names; the first one for any other address. */
export function createRouter(names) {
  const named = () => location.hash.slice(1).split("?")[0];
  const current = () => names.find((name) => !byId(name).hidden);
  const link = (name) => document.querySelector(`[data-view="${name}"]`);

  function show({ focus }) {
    const wanted = names.includes(named()) ? named() : names[0];
    const before = current();
    for (const name of names) {
      byId(name).hidden = name !== wanted;
      if (name === wanted) link(name).setAttribute("aria-current", "page");
      else link(name).removeAttribute("aria-current");
    }
    document.querySelector("[data-skip]").href = `#${wanted}-results`;
    if (focus && wanted !== before) byId(wanted).focus({ preventScroll: true });
    window.dispatchEvent(new CustomEvent("viewshown", { detail: wanted }));
  }

  document.querySelector("[data-skip]").addEventListener("click", skipToResults);
  window.addEventListener("hashchange", () => show({ focus: true }));
  return {
    show,
    current,
    /** Shows a view at once, with an entry in the browser's history. */
    go(view) {
      if (current() === view) return;
      history.pushState(null, "", `#${view}`);
      show({ focus: true });
    },
    add(name) {
      names.push(name);
      link(name).hidden = false;
    },
  };
}

/** The skip link leads to the results of the view on show, and leaves the address as it is. */
function skipToResults(event) {
  event.preventDefault();
  byId(event.currentTarget.hash.slice(1))?.focus();
}
