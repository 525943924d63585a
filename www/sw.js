// Keeps the page's own files for use without a network. It never sees what is pasted: that stays in the page.
// The network comes first, so a new release is never hidden behind an old copy.

const CACHE = "meterproof-page";

const FILES = [
  "./",
  "index.html",
  "icon.svg",
  "manifest.webmanifest",
  "styles/base.css",
  "styles/form.css",
  "styles/results.css",
  "styles/editor.css",
  "styles/timeline.css",
  "js/main.js",
  "js/shell/clock.js",
  "js/shell/dom.js",
  "js/shell/engine.js",
  "js/shell/json-text.js",
  "js/shell/offline.js",
  "js/shell/router.js",
  "js/shell/scripts.js",
  "js/shell/settings.js",
  "js/shell/time.js",
  "js/token/checks.js",
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
  "meterproof/index.js",
  "meterproof/api.js",
  "meterproof/arguments.js",
  "meterproof/diagnosis.js",
  "meterproof/engine-full.js",
  "meterproof/engine.js",
  "meterproof/errors.js",
  "meterproof/tokens.js",
  "meterproof/usage.js",
  "meterproof/wasm/full.scalar.wasm",
  "meterproof/wasm/full.simd.wasm",
];

const own = new Set(FILES.map((file) => new URL(file, self.registration.scope).href));

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE)
      .then((cache) => cache.addAll([...own].map((url) => new Request(url, { cache: "no-cache" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && own.has(request.url.split("#")[0])) event.respondWith(fresh(request));
});

async function fresh(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request.url.split("#")[0], response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request.url.split("#")[0]);
    if (kept) return kept;
    throw error;
  }
}
