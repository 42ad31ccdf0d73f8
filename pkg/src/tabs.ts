/**
 * The tabs of one browser that have the same script open: they hear each other's edits at once, online or not,
 * and one of them, the one that holds a Web Lock, talks to the relay for all.
 */

import { databaseName } from "./database.ts"
import type { Restart } from "./document.ts"
import { report } from "./report.ts"
import type { OpenOptions, Role, Status } from "./types.ts"

/** What one tab tells the others about the comments. */
export type ThreadsMessage =
  /** What was said in that tab (its `own`), and is on disk as this row, or cannot be (`null`); or what came from the relay. */
  | { readonly kind: "threads"; readonly life: number; readonly update: Uint8Array; readonly own: boolean; readonly row: number | null }
  /** The relay has stored these. */
  | { readonly kind: "threadsSaved"; readonly updates: readonly Uint8Array[] }
  /** The tab that leads has started them over, which begins that life, with these updates; on disk, unless that fails. */
  | { readonly kind: "threadsOver"; readonly life: number; readonly updates: readonly Uint8Array[]; readonly isKept: boolean }

/** How the script stands with all edits up to that row. */
export interface TabStatus {
  readonly kind: "status"
  readonly status: Status
  readonly upTo: number
}

/** What one tab tells the others. */
export type TabMessage =
  /** An edit that was made in that tab, and is on disk as this row; or cannot be (`null`): then whoever hears of it is asked to keep it. */
  | { readonly kind: "edited"; readonly life: number; readonly update: Uint8Array; readonly row: number | null }
  /** What came from the relay. */
  | { readonly kind: "incoming"; readonly life: number; readonly update: Uint8Array }
  /** The tab that leads has started its document over, which begins that life; on disk, unless that fails. */
  | { readonly kind: "startedOver"; readonly life: number; readonly restart: Restart; readonly isKept: boolean }
  /** That tab's presence, which it has shown to be there by then; `null` when it closes. */
  | { readonly kind: "present"; readonly client: number; readonly state: string | null }
  /** From the tab that talks to the relay: who else is there, and how the script stands. */
  | { readonly kind: "peers"; readonly peers: readonly (number | string)[] }
  | TabStatus
  | { readonly kind: "role"; readonly role: Role }
  /** To the tab that talks to the relay: go there again, with that token. */
  | { readonly kind: "reconnect"; readonly token: string | null }
  /** About the comments; their lives are their own. */
  | { readonly kind: "comments"; readonly message: ThreadsMessage }
  /** A tab has come, and is about to read the disk: tell it what is not there yet. */
  | { readonly kind: "joined" }
  /** It has read the disk: tell it what it cannot know. */
  | { readonly kind: "hello"; readonly life: number }

/** The other tabs. */
export interface Tabs {
  /** Tells what is heard from now on, and what was heard since the tabs were joined. To be called once. */
  listen(events: TabEvents): void
  post(message: TabMessage): void
  /** Lets the others see that the tab of this client is there, until that closes or crashes; resolves when they can. */
  stay(client: number): Promise<void>
  /** Calls when the tab of a client is there no more, however it went. */
  whenGone(client: number, gone: () => void): void
  close(): void
}

/** What a tab hears. */
export interface TabEvents {
  message(message: TabMessage): void
  /** This tab talks to the relay from now on. */
  leads(): void
}

/** Joins the tabs that have the script open, as the same person at the same relay; nobody hears of one that is not kept on the device. */
export function joinTabs(options: OpenOptions, isKept: boolean): Tabs {
  const canJoin = typeof BroadcastChannel === "function" && globalThis.navigator?.locks !== undefined
  return isKept && canJoin ? joined(`${databaseName(options)} ${options.id.toLowerCase()}`) : alone
}

function joined(name: string): Tabs {
  let listen: (events: TabEvents) => void = () => {}
  const listener = new Promise<TabEvents>(resolve => (listen = resolve))
  const channel = new BroadcastChannel(name)
  channel.onmessage = event => void listener.then(events => events.message(event.data as TabMessage))
  channel.postMessage({ kind: "joined" } satisfies TabMessage)
  const closed = new AbortController()
  // A lock is held until this tab closes or crashes: the browser sees to both.
  const untilClosed = (): Promise<void> =>
    new Promise(resolve => closed.signal.addEventListener("abort", () => resolve(), { once: true }))
  const ask = (lock: string, mode: LockMode, granted: () => Promise<void> | void): void => {
    navigator.locks.request(lock, { mode, signal: closed.signal }, granted).catch((error: unknown) => {
      if (!closed.signal.aborted) report(error)
    })
  }
  const lockOf = (client: number): string => `${name} ${client}`
  const stays = new Map<number, Promise<void>>()
  const stay = (client: number): Promise<void> =>
    new Promise(resolve => ask(lockOf(client), "exclusive", () => (resolve(), untilClosed())))
  ask(name, "exclusive", () => {
    void listener.then(events => closed.signal.aborted || events.leads())
    return untilClosed()
  })
  return {
    listen,
    post: message => channel.postMessage(message),
    stay(client) {
      const there = stays.get(client) ?? stay(client)
      stays.set(client, there)
      return there
    },
    // Shared: all the others wait for it, and hear of it at once.
    whenGone: (client, gone) => ask(lockOf(client), "shared", gone),
    close() {
      closed.abort()
      channel.close()
    },
  }
}

/** No other tabs: where the platform has none, or the script is not kept on the device. */
const alone: Tabs = {
  listen: events => queueMicrotask(() => events.leads()),
  post: () => {},
  stay: () => Promise.resolve(),
  whenGone: () => {},
  close: () => {},
}
