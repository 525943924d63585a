import { scriptUrl } from "./scripts.js";

/** Lets the service worker keep the page's own files, so that the page opens without a network. */
export async function keepOffline(place) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(scriptUrl("./sw.js"), { scope: "./", updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    if (await kept(active, ofPackage())) place.textContent = "Works offline now.";
  } catch {
    // Private windows and plain http refuse service workers: the page works the same, only not offline.
    place.textContent = "";
  }
}

/** The package's files that this page has loaded: which .wasm it is depends on the browser. */
const ofPackage = () => {
  const folder = new URL("./meterproof/", document.baseURI).href;
  return performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.startsWith(folder));
};

function kept(worker, keep) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage({ keep }, [port2]);
  });
}
