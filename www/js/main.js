import { announcer, byId } from "./shell/dom.js";
import * as engine from "./shell/engine.js";
import { keepOffline } from "./shell/offline.js";
import { createRouter } from "./shell/router.js";
import { createSettings } from "./shell/settings.js";
import { mount as mountToken } from "./token/view.js";
import { mount as mountUsage } from "./usage/view.js";

async function start() {
  const boot = byId("boot");
  try {
    await engine.init();
  } catch (error) {
    boot.classList.add("failed");
    boot.textContent = `The checks could not be loaded: ${error.message}. Reload the page; if that does not help, use a browser with WebAssembly.`;
    return;
  }
  const mounts = { token: mountToken, usage: mountUsage };
  // Only a server that has a live flow behind it says so; the view's files are no part of the page elsewhere.
  if (document.documentElement.hasAttribute("data-live")) mounts.live = (await import("./live/view.js")).mount;

  const views = {};
  const shell = {
    engine,
    settings: createSettings(),
    announce: announcer(byId("status")),
    /** Shows a view and hands it a text or a file. */
    openIn(view, given) {
      views[view]?.open?.(given);
      if (router.current() !== view) location.hash = view;
    },
  };
  shell.settings.read(location.hash);
  for (const [name, mount] of Object.entries(mounts)) {
    document.querySelector(`[data-view="${name}"]`).hidden = false;
    views[name] = await mount(byId(name), shell);
  }
  const router = createRouter(Object.keys(mounts));
  boot.remove();
  router.show({ focus: false });
  window.addEventListener("hashchange", () => shell.settings.read(location.hash));
  document.documentElement.dataset.ready = "true";
  keepOffline(byId("offline"));
}

start();
