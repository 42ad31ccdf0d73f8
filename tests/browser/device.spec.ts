// The device's copy of a script in a real browser: what earlier versions left, and tabs whose edits are refused.

import type { Server } from "node:http"
import { type BrowserContext, expect, type Page, test } from "@playwright/test"
import { emptyTab, openIn, originOf, servePackage, typeIn } from "./package-page.ts"
import { Relay } from "./relay.ts"

let server: Server

test.beforeAll(async () => {
  server = await servePackage()
})

test.afterAll(() => void server.close())

test("a database of the first version has its scripts, and knows what was saved", async ({ context }) => {
  const id = crypto.randomUUID()
  const page = await emptyTab(server, context)
  await openIn(page, id, { person: "now" })
  await typeIn(page, 0, "Saved. ")
  await typeIn(page, 7, "Not saved.")
  await page.waitForFunction(() => script.status.device === "kept")
  await page.evaluate(async id => {
    await script.close()
    const opened = (name: string, version: number, upgrade?: (db: IDBDatabase) => void): Promise<IDBDatabase> =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open(name, version)
        request.onupgradeneeded = () => upgrade?.(request.result)
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const now = await opened("scriptroom  now", 3)
    const rows = await new Promise<{ update: Uint8Array; own: boolean }[]>(resolve => {
      const request = now.transaction("log").objectStore("log").getAll()
      request.onsuccess = () => resolve(request.result)
    })
    const then = await opened("scriptroom  then", 1, db => {
      db.createObjectStore("log", { autoIncrement: true }).createIndex("script", "script")
      db.createObjectStore("saved", { keyPath: "script" })
    })
    const transaction = then.transaction(["log", "saved"], "readwrite")
    for (const { update, own } of rows) transaction.objectStore("log").add({ script: id, update, own })
    transaction.objectStore("saved").put({ script: id, upTo: 1 })
    await new Promise<void>(resolve => (transaction.oncomplete = () => resolve()))
    then.close()
    now.close()
  }, id)
  await openIn(page, id, { person: "then" })
  expect(await page.evaluate(() => [script.text(), script.status.unsaved])).toEqual(["Saved. Not saved.", 1])
})

test("a database that does not open at first is tried again, and the script is there", async ({ context }) => {
  const id = crypto.randomUUID()
  const first = await emptyTab(server, context)
  await openIn(first, id)
  await typeIn(first, 0, "Kept.")
  await first.evaluate(() => script.close())
  const page = await emptyTab(server, context)
  await page.evaluate(() => {
    const open = IDBFactory.prototype.open
    let failures = 2
    IDBFactory.prototype.open = function (...given: Parameters<IDBFactory["open"]>) {
      if (failures-- <= 0) return open.apply(this, given)
      const request = Object.assign(new EventTarget(), { error: new DOMException("Internal error opening backing store", "UnknownError") })
      queueMicrotask(() => request.dispatchEvent(new Event("error")))
      return request as unknown as IDBOpenDBRequest
    }
  })
  await openIn(page, id)
  expect(await page.evaluate(() => [script.text(), script.status.device])).toEqual(["Kept.", "kept"])
})

/** Begins something long in the database, which all writing has to wait for; what it returns ends it. */
async function keepDiskBusy(context: BrowserContext): Promise<() => Promise<void>> {
  const page = await emptyTab(server, context)
  await page.evaluate(async () => {
    const [{ name = "" } = {}] = await indexedDB.databases()
    const db = await new Promise<IDBDatabase>(resolve => {
      const request = indexedDB.open(name)
      request.onsuccess = () => resolve(request.result)
    })
    const log = db.transaction("log", "readwrite").objectStore("log")
    Object.assign(window, { isBusy: true })
    const goOn = (): void => {
      if ("isBusy" in window) log.count().onsuccess = goOn
      else db.close()
    }
    goOn()
  })
  return () => page.evaluate(() => void Reflect.deleteProperty(window, "isBusy"))
}

test("what was typed right before a page was left is there, though the disk had no time to take it", async ({ context }) => {
  const id = crypto.randomUUID()
  const page = await emptyTab(server, context)
  await openIn(page, id)
  await typeIn(page, 0, "Kept. ")
  await page.waitForFunction(() => script.status.device === "kept")
  const free = await keepDiskBusy(context)
  await typeIn(page, 6, "Last words.")
  await typeIn(page, 17, " – Ünd 🎬")
  await page.evaluate(() => script.threads.add({ from: 0, to: 4 }, "Said last."))
  expect(await page.evaluate(() => script.status.device)).toBe("writing")
  await page.goto("about:blank")
  await free()
  const next = await emptyTab(server, context)
  const unsaved = await next.evaluate(async entry => ((await import(entry)) as typeof import("scriptroom")).unsavedOnDevice({}), "/dist/index.js")
  expect(unsaved).toEqual([id])
  await openIn(next, id)
  expect(await next.evaluate(() => [script.text(), script.status.unsaved, script.threads.list()[0]?.comments[0]?.text])).toEqual(["Kept. Last words. – Ünd 🎬", 3, "Said last."])
  expect(await next.evaluate(() => Object.keys(localStorage))).toEqual([])
  await next.reload()
  await openIn(next, id)
  expect(await next.evaluate(() => script.text()), "it is in the log by now").toBe("Kept. Last words. – Ünd 🎬")
})

for (const [what, goes] of [["moved to somebody", "move"], ["taken off the device", "remove"]] as const) {
  test(`what was typed right before a page was left goes along with a script that is ${what}`, async ({ context }) => {
    const id = crypto.randomUUID()
    const page = await emptyTab(server, context)
    await openIn(page, id)
    await page.waitForFunction(() => script.status.device === "kept")
    const free = await keepDiskBusy(context)
    await typeIn(page, 0, "Last words.")
    await page.goto("about:blank")
    await free()
    const next = await emptyTab(server, context)
    expect(await next.evaluate(() => Object.keys(localStorage).length)).toBe(1)
    await next.evaluate(
      async ([entry, id, goes]) => {
        const { moveOnDevice, removeFromDevice } = (await import(entry)) as typeof import("scriptroom")
        if (goes === "move") await moveOnDevice(id, {}, { person: "ada" })
        else await removeFromDevice({})
      },
      ["/dist/index.js", id, goes] as const,
    )
    expect(await next.evaluate(() => Object.keys(localStorage))).toEqual([])
    await openIn(next, id, { person: "ada" })
    expect(await next.evaluate(() => script.text())).toBe(goes === "move" ? "Last words." : "")
  })
}

/** Two tabs of one browser with the script open at the relay. */
async function twoTabs(context: BrowserContext, relay: Relay, id: string): Promise<readonly [Page, Page]> {
  const lead = await emptyTab(server, context)
  await openIn(lead, id, { relay: relay.origin })
  await lead.waitForFunction(() => script.status.kind === "synced")
  const other = await emptyTab(server, context)
  await openIn(other, id, { relay: relay.origin })
  return [lead, other]
}

test("both tabs go on when the relay refuses what they wrote, and a new opening has it once", async ({ context }) => {
  // The page is not the relay's own.
  const allowed = { SCRIPTROOM_ALLOWED_ORIGINS: originOf(server) }
  const relay = await Relay.start(allowed)
  const id = crypto.randomUUID()
  const tabs = await twoTabs(context, relay, id)
  const [lead, other] = tabs
  await typeIn(lead, 0, "Before. ")
  await other.waitForFunction(() => script.text() === "Before. " && script.status.kind === "synced")
  await relay.kill()
  await lead.waitForFunction(() => script.status.kind === "connecting")
  await typeIn(lead, 8, "The first tab. ")
  await other.waitForFunction(() => script.text().includes("The first tab. "))
  await typeIn(other, 23, "The second tab.")
  await lead.waitForFunction(() => script.text().includes("The second tab."))
  // A tab that comes just when the script starts over is told of a client that has not shown itself yet.
  await other.evaluate(name => {
    script.on("error", () => new BroadcastChannel(name).postMessage({ kind: "hello", life: 1 }))
  }, `scriptroom ${relay.origin.replace("http", "ws")} guest ${id}`)

  // The relay knows nobody any more: they come as another guest, whose client id the first tab's is not.
  await relay.run({ ...allowed, SCRIPTROOM_GUEST_SECRET: "another" })
  const text = "Before. The first tab. The second tab."
  for (const tab of tabs) {
    await tab.waitForFunction(() => errors.some(({ kind }) => kind === "offered-again"))
    await tab.waitForFunction(() => script.status.kind === "synced" && script.status.unsaved === 0)
    expect(await tab.evaluate(() => script.text())).toBe(text)
  }
  await typeIn(other, 0, "Second. ")
  await lead.waitForFunction(() => script.text().startsWith("Second. "))
  await typeIn(lead, 0, "First. ")
  await other.waitForFunction(() => script.text().startsWith("First. Second. "))
  for (const tab of tabs) {
    await tab.waitForFunction(() => script.status.kind === "synced" && script.status.device === "kept")
    expect(await tab.evaluate(() => script.keptCopies())).toEqual([])
    await tab.close()
  }

  const again = await emptyTab(server, context)
  await openIn(again, id, { relay: relay.origin })
  expect(await again.evaluate(() => [script.text(), script.status.unsaved])).toEqual([`First. Second. ${text}`, 0])
  await again.waitForFunction(() => script.status.kind === "synced")
  expect(await again.evaluate(() => script.text())).toBe(`First. Second. ${text}`)
  expect(await again.evaluate(() => errors)).toEqual([])
  await relay.stop()
})

test("words of a tab whose disk takes nothing are at the relay, and on the disk of the tab that leads", async ({ context }) => {
  const relay = await Relay.start({ SCRIPTROOM_ALLOWED_ORIGINS: originOf(server) })
  const id = crypto.randomUUID()
  const [lead, other] = await twoTabs(context, relay, id)
  await typeIn(lead, 0, "Before. ")
  await other.waitForFunction(() => script.text() === "Before. " && script.status.kind === "synced")
  await other.evaluate(() => {
    const { add } = IDBObjectStore.prototype
    IDBObjectStore.prototype.add = function (...given: Parameters<typeof add>) {
      const request = add.apply(this, given)
      this.transaction.abort()
      return request
    }
  })
  await typeIn(other, 8, "Typed.")
  await other.evaluate(() => void script.threads.add({ from: 0, to: 6 }, "Said."))
  for (const tab of [lead, other]) {
    await tab.waitForFunction(() => script.text() === "Before. Typed." && script.status.kind === "synced" && script.threads.unsaved === 0)
  }
  // Told once for the script and once for the comments.
  expect(await other.evaluate(() => [script.status.device, errors.map(({ kind }) => kind)])).toEqual(["kept", ["store", "store"]])
  // The tab that leads has kept what came while it is offline, too.
  await relay.kill()
  await lead.waitForFunction(() => script.status.kind === "connecting")
  await typeIn(other, 14, " Kept.")
  await other.evaluate(() => void script.threads.add({ from: 0, to: 6 }, "Kept."))
  await lead.waitForFunction(() => script.text().endsWith("Kept.") && script.status.device === "kept" && script.threads.list().length === 2)
  for (const tab of [other, lead]) await tab.close()
  const again = await emptyTab(server, context)
  await openIn(again, id, { relay: relay.origin })
  expect(await again.evaluate(() => [script.text(), script.threads.list().length])).toEqual(["Before. Typed. Kept.", 2])
  expect(await again.evaluate(() => [script.status.unsaved, script.threads.unsaved])).toEqual([1, 1])
  await relay.stop()
})

test("a tab does not call saved what the tab that leads has yet to hear of or to bring", async ({ context }) => {
  const relay = await Relay.start({ SCRIPTROOM_ALLOWED_ORIGINS: originOf(server) })
  const [lead, other] = await twoTabs(context, relay, crypto.randomUUID())
  await other.waitForFunction(() => script.status.kind === "synced")
  // The relay hears of everything late.
  await lead.evaluate(() => {
    const send = WebSocket.prototype.send
    WebSocket.prototype.send = function (...given: Parameters<WebSocket["send"]>) {
      setTimeout(() => this.readyState === WebSocket.OPEN && send.apply(this, given), 1_000)
    }
  })
  await other.evaluate(() => {
    const seen: unknown[] = []
    Object.assign(globalThis, { seen })
    script.on("change", () => queueMicrotask(() => seen.push(script.status.kind, script.status.unsaved)))
  })
  await typeIn(lead, 0, "Lead. ")
  await other.waitForFunction(() => script.text() === "Lead. ")
  await other.waitForFunction(() => script.status.kind === "synced")
  await typeIn(other, 6, "Other.")
  await lead.waitForFunction(() => script.text() === "Lead. Other.")
  await other.waitForFunction(() => script.status.kind === "synced")
  expect(await other.evaluate(() => (globalThis as unknown as { seen: unknown[] }).seen)).toEqual(["syncing", 1, "syncing", 1])
  await relay.stop()
})

test("what a disk did not take it is given again, before what came after it", async ({ context }) => {
  const id = crypto.randomUUID()
  const page = await emptyTab(server, context)
  await openIn(page, id)
  await page.evaluate(() => {
    const { add } = IDBObjectStore.prototype
    let failures = 2
    IDBObjectStore.prototype.add = function (...given: Parameters<typeof add>) {
      const request = add.apply(this, given)
      if (failures-- > 0) this.transaction.abort()
      return request
    }
  })
  await typeIn(page, 0, "First. ")
  await page.waitForFunction(() => script.status.device === "unavailable")
  await typeIn(page, 7, "Second.")
  await page.waitForFunction(() => script.status.device === "kept")
  await page.close()
  const again = await emptyTab(server, context)
  await openIn(again, id)
  expect(await again.evaluate(() => script.text())).toBe("First. Second.")
})

test("a database that the browser has closed is opened again, and one that is gone is not made anew", async ({ context }) => {
  const id = crypto.randomUUID()
  const page = await emptyTab(server, context)
  await page.evaluate(() => {
    const { open } = IDBFactory.prototype
    const opened: IDBDatabase[] = []
    IDBFactory.prototype.open = function (...given: Parameters<typeof open>) {
      const request = open.apply(this, given)
      request.addEventListener("success", () => opened.push(request.result))
      return request
    }
    Object.assign(globalThis, { closeAll: () => opened.forEach(db => db.close()) })
  })
  const closeAll = () => page.evaluate(() => (globalThis as unknown as { closeAll: () => void }).closeAll())
  await openIn(page, id)
  await typeIn(page, 0, "First. ")
  await page.waitForFunction(() => script.status.device === "kept")
  await closeAll()
  await typeIn(page, 7, "Second.")
  await page.waitForFunction(() => script.status.device === "kept")
  expect(await page.evaluate(() => errors)).toEqual([])
  const again = await emptyTab(server, context)
  await openIn(again, id)
  expect(await again.evaluate(() => script.text())).toBe("First. Second.")
  await again.close()

  await closeAll()
  await page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) {
      const request = indexedDB.deleteDatabase(name ?? "")
      await new Promise(resolve => (request.onsuccess = resolve))
    }
  })
  await typeIn(page, 14, " Third.")
  await page.waitForFunction(() => script.status.device === "unavailable")
  expect(await page.evaluate(async () => await indexedDB.databases())).toEqual([])
  // Nor is it written in when another tab has made it anew: its rows have the numbers of others.
  const anew = await emptyTab(server, context)
  await openIn(anew, crypto.randomUUID())
  await typeIn(anew, 0, "Another script.")
  await anew.waitForFunction(() => script.status.device === "kept")
  await page.evaluate(() => {
    const { transaction } = IDBDatabase.prototype
    IDBDatabase.prototype.transaction = function (...given: Parameters<typeof transaction>) {
      Object.assign(globalThis, { tried: true })
      return transaction.apply(this, given)
    }
  })
  await typeIn(page, 21, " Fourth.")
  await page.waitForFunction(() => "tried" in globalThis)
  expect(await page.evaluate(() => script.status.device)).toBe("unavailable")
})

test("words of a tab that dies before it has heard that the script has started over are in a copy", async ({ context }) => {
  const allowed = { SCRIPTROOM_ALLOWED_ORIGINS: originOf(server) }
  const relay = await Relay.start(allowed)
  const id = crypto.randomUUID()
  const [lead, other] = await twoTabs(context, relay, id)
  await typeIn(lead, 0, "Before. ")
  await other.waitForFunction(() => script.text() === "Before. " && script.status.kind === "synced")
  await relay.kill()
  await typeIn(lead, 8, "Refused. ")
  await other.waitForFunction(() => script.text().endsWith("Refused. "))
  await other.evaluate(() => {
    Object.defineProperty(MessageEvent.prototype, "data", { get: () => ({ kind: "nothing" }) })
  })
  await relay.run({ ...allowed, SCRIPTROOM_GUEST_SECRET: "another" })
  await lead.waitForFunction(() => errors.some(({ kind }) => kind === "offered-again") && script.status.kind === "synced")
  await typeIn(other, 17, "Late.")
  await other.waitForFunction(() => script.status.device === "kept")
  await other.close()
  await lead.evaluate(async () => await script.close())

  const again = await emptyTab(server, context)
  await openIn(again, id, { relay: relay.origin })
  expect(await again.evaluate(() => script.text())).toBe("Before. Refused. ")
  expect(await again.evaluate(async () => (await script.keptCopies()).map(({ state, fountain }) => [state, fountain.trim()]))).toEqual([["left-out", "Before. Refused. Late."]])
  await relay.stop()
})
