// Keeps the page's own files for use without a network. It never sees what is pasted: that stays in the page.
// The network comes first, so a new release is never hidden behind an old copy.

const CACHE = "meterproof-page";

// Every file of the page: `cargo xtask page` writes the list. The package is not in it: each browser uses one .wasm alone, and the
// page says which files it loaded.
const FILES = ["./"];

const address = (file) => new URL(file, self.registration.scope).href;
const own = new Set(FILES.map(address));
const ofPackage = (url) => url.startsWith(address("meterproof/")) && /\.(js|wasm)$/.test(url);

// "default": what the page has just loaded comes from the browser's own cache and is not sent a second time.
const keep = async (urls) => (await caches.open(CACHE)).addAll(urls.map((url) => new Request(url, { cache: "default" })));

self.addEventListener("install", (event) => event.waitUntil(keep([...own]).then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil(forgetOld().then(() => self.clients.claim())));

/** Files that an earlier release had. */
async function forgetOld() {
  const cache = await caches.open(CACHE);
  for (const { url } of await cache.keys()) if (!own.has(url) && !ofPackage(url)) await cache.delete(url);
}

/** The page names the package's files that it loaded; the answer says whether all are kept. */
self.addEventListener("message", (event) => {
  const [answer] = event.ports;
  const urls = Array.isArray(event.data?.keep) ? event.data.keep.filter(ofPackage) : [];
  event.waitUntil(keep(urls).then(() => answer?.postMessage(true), () => answer?.postMessage(false)));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const asked = request.url.split("#")[0];
  const url = asked === address("index.html") ? address("./") : asked;
  if (request.method === "GET" && (own.has(url) || ofPackage(url))) event.respondWith(fresh(request, url));
});

async function fresh(request, url) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    // Storage may be full: the answer is as good without a copy.
    if (response.ok) await cache.put(url, response.clone()).catch(() => {});
    return response;
  } catch (error) {
    const kept = await cache.match(url);
    if (kept) return kept;
    throw error;
  }
}
