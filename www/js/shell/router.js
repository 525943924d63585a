import { byId } from "./dom.js";

/** Shows the view that the address names; the first one for any other address. */
export function createRouter(names) {
  const named = () => location.hash.slice(1).split("?")[0];

  function show({ focus }) {
    const wanted = names.includes(named()) ? named() : names[0];
    for (const name of names) {
      byId(name).hidden = name !== wanted;
      const link = document.querySelector(`[data-view="${name}"]`);
      if (name === wanted) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.querySelector("[data-skip]").href = `#${wanted}-results`;
    if (focus) byId(wanted).focus({ preventScroll: true });
    window.dispatchEvent(new CustomEvent("viewshown", { detail: wanted }));
  }

  document.querySelector("[data-skip]").addEventListener("click", skipToResults);
  window.addEventListener("hashchange", () => show({ focus: true }));
  return { show, current: () => names.find((name) => !byId(name).hidden) };
}

/** The skip link leads to the results of the view on show, and leaves the address as it is. */
function skipToResults(event) {
  event.preventDefault();
  byId(event.currentTarget.hash.slice(1))?.focus();
}
