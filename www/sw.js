// Keeps the page's own files for use without a network. It never sees what is pasted: that stays in the page.
// The network comes first, so a new release is never hidden behind an old copy.

const CACHE = "meterproof-page";

// Everything but the package, of which each browser uses one .wasm alone: the page says which files it loaded.
const FILES = [
  "./",
  "index.html",
  "icon.svg",
  "icon-192.png",
  "manifest.webmanifest",
  "styles/base.css",
  "styles/editor.css",
  "styles/form.css",
  "styles/notes.css",
  "styles/results.css",
  "styles/timeline.css",
  "styles/token.css",
  "js/main.js",
  "js/read/aws-errors.js",
  "js/read/cloudtrail.js",
  "js/read/intake.js",
  "js/read/json.js",
  "js/read/keys.js",
  "js/read/read.js",
  "js/read/sqs.js",
  "js/read/tokens.js",
  "js/read/usage.js",
  "js/shell/clock.js",
  "js/shell/dom.js",
  "js/shell/engine.js",
  "js/shell/json-text.js",
  "js/shell/offline.js",
  "js/shell/router.js",
  "js/shell/scripts.js",
  "js/shell/settings.js",
  "js/shell/share.js",
  "js/shell/time.js",
  "js/token/anatomy.js",
  "js/token/causes.js",
  "js/token/checks.js",
  "js/token/diagnose.js",
  "js/token/errors-table.js",
  "js/token/keys.js",
  "js/token/parts.js",
  "js/token/register-usage-errors.js",
  "js/token/sample-buttons.js",
  "js/token/sample.js",
  "js/token/stand-in.js",
  "js/token/view.js",
  "js/usage/batches.js",
  "js/usage/editor.js",
  "js/usage/sample.js",
  "js/usage/sketch.js",
  "js/usage/timeline-scale.js",
  "js/usage/timeline.js",
  "js/usage/view.js",
  "js/usage/violations.js",
];

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
  const url = request.url.split("#")[0];
  if (request.method === "GET" && (own.has(url) || ofPackage(url))) event.respondWith(fresh(request, url));
});

async function fresh(request, url) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(url, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(url);
    if (kept) return kept;
    throw error;
  }
}
