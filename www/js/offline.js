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

/** The page's policy allows script addresses only through this one name, and this one address. */
function scriptUrl(address) {
  if (!window.trustedTypes) return address;
  const policy = window.trustedTypes.createPolicy("meterproof", {
    createScriptURL(wanted) {
      if (wanted !== "./sw.js") throw new TypeError(`unexpected script ${wanted}`);
      return wanted;
    },
  });
  return policy.createScriptURL(address);
}
