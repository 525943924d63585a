import { init } from "./engine.js";
import { byId } from "./dom.js";
import { keepOffline } from "./offline.js";
import { startTokenView } from "./token-view.js";
import { startUsageView } from "./usage-view.js";

const VIEWS = ["token", "usage"];

/** Shows the view that the address names; the token view for any other address. */
function route({ focus }) {
  const wanted = VIEWS.includes(location.hash.slice(1)) ? location.hash.slice(1) : "token";
  for (const name of VIEWS) {
    byId(name).hidden = name !== wanted;
    const link = document.querySelector(`[data-view="${name}"]`);
    if (name === wanted) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.querySelector("[data-skip]").href = `#${wanted}-results`;
  if (focus) byId(wanted).focus({ preventScroll: true });
  window.dispatchEvent(new CustomEvent("viewshown", { detail: wanted }));
}

/** The skip link leads to the results of the view on show, and leaves the address as it is. */
function skipToResults(event) {
  event.preventDefault();
  byId(event.currentTarget.hash.slice(1)).focus();
}

async function start() {
  const boot = byId("boot");
  try {
    await init();
  } catch (error) {
    boot.classList.add("failed");
    boot.textContent = `The checks could not be loaded: ${error.message}. Reload the page; if that does not help, use a browser with WebAssembly.`;
    return;
  }
  startTokenView();
  startUsageView();
  boot.remove();
  document.querySelector("[data-skip]").addEventListener("click", skipToResults);
  window.addEventListener("hashchange", () => route({ focus: true }));
  route({ focus: false });
  document.documentElement.dataset.ready = "true";
  keepOffline(byId("offline"));
}

start();
