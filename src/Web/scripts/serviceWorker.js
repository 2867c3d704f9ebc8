// The app itself, kept for when there is no network. Nothing of the API passes through here, so nothing of a student's
// is ever kept; the last menu is kept by the page. FILES and VERSION are put in by the build.
const CACHE = `cafeteria-app-${VERSION}`;
const PAGE = "/";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES])));
});

// Not sooner than when no page of the version before is left: a page may yet need what belongs to its version.
self.addEventListener("activate", (event) => {
  const old = (keys) => keys.filter((key) => key.startsWith("cafeteria-app-") && key !== CACHE);
  event.waitUntil(caches.keys().then((keys) => Promise.all(old(keys).map((key) => caches.delete(key)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (/^\/(docs|openapi|metrics|api|healthz|readyz)\b/.test(pathname)) return;
    event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  } else if (FILES.includes(pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
