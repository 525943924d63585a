import { scriptUrl } from "./scripts.js";

/** Lets the service worker keep the page's own files, so that the page opens without a network. */
export async function keepOffline(place) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(scriptUrl("./sw.js"), { scope: "./", updateViaCache: "none" });
    await navigator.serviceWorker.ready;
    place.textContent = "Works offline now.";
  } catch {
    // Private windows and plain http refuse service workers: the page works the same, only not offline.
    place.textContent = "";
  }
}
