import { startIntake } from "./read/intake.js";
import { announcer, byId } from "./shell/dom.js";
import * as engine from "./shell/engine.js";
import { keepOffline } from "./shell/offline.js";
import { createRouter } from "./shell/router.js";
import { createSettings } from "./shell/settings.js";
import { startShare } from "./shell/share.js";
import { mount as mountToken } from "./token/view.js";
import { mount as mountUsage } from "./usage/view.js";

async function start() {
  const router = createRouter(["token", "usage"]);
  router.show({ focus: false });
  const boot = byId("boot");
  try {
    await engine.init();
  } catch (error) {
    boot.classList.add("failed");
    boot.textContent = `The checks could not be loaded: ${error.message}. Reload the page; if that does not help, use a browser with WebAssembly.`;
    return;
  }
  const views = {};
  const shell = {
    engine,
    settings: createSettings(),
    announce: announcer(byId("status")),
    current: router.current,
    /** Shows a view and hands it a text or a file; `found` says what it was recognised as. */
    openIn(view, given, found) {
      router.go(view);
      views[view]?.open?.(given, found);
    },
  };
  shell.settings.read(location.hash);
  views.token = await mountToken(byId("token"), shell);
  views.usage = await mountUsage(byId("usage"), shell);
  boot.remove();
  startIntake(shell);
  startShare(shell);
  window.addEventListener("hashchange", () => shell.settings.read(location.hash));
  await mountLive(views, shell, router);
  router.show({ focus: false });
  document.documentElement.dataset.ready = "true";
  keepOffline(byId("offline"));
}

/** Only a server that has a live flow behind it says so; elsewhere the view's files are no part of the page. */
async function mountLive(views, shell, router) {
  if (!document.documentElement.hasAttribute("data-live")) return;
  // A kept page may outlive its server, which alone has these files: the other views do without.
  const live = await import("./live/view.js").catch(() => null);
  if (live === null) return;
  views.live = await live.mount(byId("live"), shell);
  if (views.live !== false) router.add("live");
}

start();
