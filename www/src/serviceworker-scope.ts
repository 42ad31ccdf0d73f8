// The part of a service worker's global scope that ours uses. TypeScript's own typings of it
// cannot stand beside those of a page in one project.

interface ExtendableEvent extends Event {
  waitUntil(done: Promise<unknown>): void
}

interface InstallEvent extends ExtendableEvent {
  /** Not in every browser. */
  addRoutes?(rules: readonly Route[]): Promise<void>
}

interface Route {
  readonly condition: { readonly or: readonly { readonly urlPattern: URLPattern }[] } | { readonly urlPattern: URLPattern }
  readonly source: { readonly cacheName: string } | "network"
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}

export {}

declare global {
  interface ServiceWorkerScope {
    readonly location: Location
    readonly clients: { claim(): Promise<void> }
    skipWaiting(): Promise<void>
    addEventListener(type: "install", listener: (event: InstallEvent) => void): void
    addEventListener(type: "activate", listener: (event: ExtendableEvent) => void): void
    addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void
  }
}
