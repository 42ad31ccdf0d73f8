// Keeps the app's own files, so that a reload works without any network. It knows nothing of
// scripts: their text is in IndexedDB, and `/api/` never passes through here.

import type {} from "./serviceworker-scope"

declare const self: ServiceWorkerScope
declare const PRECACHE: readonly string[]
declare const VERSION: string

const prefix = "scriptroom-app-"
const cacheName = prefix + VERSION
/** A tab that is still open may want a font or a chunk of the version before. */
const versionsKept = 2

self.addEventListener("install", event => {
  event.waitUntil(install())
  // The browser takes what is kept here by itself, without asking this worker for one file after the other. Where it does not
  // know such routes, and for the files of versions before, there is `fetch`. What is asked of the relay does not wake this worker.
  const assets = PRECACHE.filter(isAsset).map(pathname => ({ urlPattern: new URLPattern({ pathname, search: "" }) }))
  void event.addRoutes?.([
    { condition: { or: assets }, source: { cacheName } },
    { condition: { urlPattern: new URLPattern({ pathname: "/api/*" }) }, source: "network" },
  ])
})

self.addEventListener("activate", event => {
  event.waitUntil(activate())
})

self.addEventListener("fetch", event => {
  const url = new URL(event.request.url)
  if (event.request.method !== "GET" || url.origin !== self.location.origin || url.pathname.startsWith("/api/")) return
  if (event.request.mode === "navigate") event.respondWith(appPage(event.request))
  else if (PRECACHE.includes(url.pathname) || isAsset(url.pathname)) event.respondWith(ownFile(event.request))
})

async function install(): Promise<void> {
  const cache = await caches.open(cacheName)
  // The names of assets say what is in them: what the page has fetched need not come twice.
  const fresh = (path: string): Request => new Request(path, isAsset(path) ? {} : { cache: "no-cache" })
  await cache.addAll(PRECACHE.map(fresh))
  await self.skipWaiting()
}

async function activate(): Promise<void> {
  const ours = (await caches.keys()).filter(name => name.startsWith(prefix) && name !== cacheName)
  const outdated = ours.slice(0, Math.max(0, ours.length - (versionsKept - 1)))
  await Promise.all(outdated.map(name => caches.delete(name)))
  await self.clients.claim()
}

/** Whether the file's name says what is in it. */
function isAsset(path: string): boolean {
  return path.startsWith("/assets/")
}

/** Every address of the app is the same page; which script it shows is read from the address. */
async function appPage(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName)
  return (await cache.match("/")) ?? fetch(request)
}

async function ownFile(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName)
  const kept = (await cache.match(request)) ?? (await caches.match(request))
  if (kept) return kept
  const response = await fetch(request)
  // Who has printed a script in some alphabet prints it without a network, too; unless the disk is full.
  const isFont = response.ok && new URL(request.url).pathname.startsWith("/assets/fonts/")
  if (isFont) await cache.put(request, response.clone()).catch(error => console.warn("a font is not kept:", error))
  return response
}
