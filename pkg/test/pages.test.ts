// The pages of a handle, with a worker that answers what the test says.

import assert from "node:assert/strict"
import { EventEmitter, once } from "node:events"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { test } from "node:test"
import { initSync as startBackground, PagesCore, parseFountain } from "../dist/wasm/scriptroom_background.js"
import { initSync as startClient, ScriptCore } from "../dist/wasm/scriptroom_client.js"
import type { Core, CoreChange } from "../src/core.ts"
import type { Pages, RevisionMark, TextChange } from "../src/index.ts"
import { MarkedLines } from "../src/marked-lines.ts"
import { changedBreaks, type FromWorker, marksChange, type PagesChange, type ToWorker } from "../src/pages.ts"
import { Places } from "../src/places.ts"
import type { Writes } from "../src/production.ts"
import { opened } from "./opened.ts"

class StandIn {
  static started: (worker: StandIn) => void
  onmessage: ((event: { data: FromWorker }) => void) | null = null
  postMessage(message: ToWorker): void {
    if (message.kind === "start") StandIn.started(this)
  }
  terminate(): void {}
  answer(count: number): void {
    const change = { count, first: "1", from: 0, removed: 0, inserted: [], shift: { offset: 0, paragraph: 0 } }
    this.onmessage?.({ data: { kind: "pages", version: 0, whole: false, changes: [change], production: null } })
  }
}

test("no page is known before the first layout; it is told, and after it what changed", async context => {
  const before = globalThis.Worker
  context.after(() => void (globalThis.Worker = before))
  globalThis.Worker = StandIn as unknown as typeof Worker
  const started = new Promise<StandIn>(resolve => (StandIn.started = resolve))
  const script = await opened({ pageWorker: "pages-worker.js" })
  assert.equal(script.pages.count, 0)
  const told: Pages[] = []
  script.on("pages", pages => told.push(pages))
  const worker = await started
  const one: Pages = { count: 1, first: "1", breaks: [], numbers: {} }
  worker.answer(1)
  assert.deepEqual(told, [one])
  worker.answer(1)
  assert.deepEqual(told, [one])
  worker.answer(2)
  assert.deepEqual(told, [one, { ...one, count: 2 }])
  await script.close()
})

test("the changes of edits anywhere, one after the other, make the breaks of a full layout", async () => {
  await started()
  const core = new ScriptCore(1, 1, 0, undefined, [])
  const speeches = Array.from({ length: 90 }, (_, at) => `INT. HOUSE ${at}\n\n${"She waits. ".repeat(at)}\n\nANNA\n${"No. ".repeat(90)}\n`)
  core.import(parseFountain(speeches.join("\n"))[0] as Uint8Array)
  const laid = new PagesCore(core.plainParagraphs(0, core.paragraphCount), [], [])
  let breaks = changedBreaks([], laid.pages() as PagesChange)
  let most = 0
  for (let step = 0; step < 150; step++) {
    const change = spliced(laid, core, edited(core, step))
    breaks = changedBreaks(breaks, change)
    const full = new PagesCore(core.plainParagraphs(0, core.paragraphCount), [], [])
    const { count, inserted: expected } = full.pages() as PagesChange
    full.free()
    assert.equal(change.count, count, `step ${step}`)
    assert.deepEqual(breaks, expected, `step ${step}`)
    if (step % 5 === 0) most = Math.max(most, change.inserted.length)
  }
  assert.ok(breaks.length > 50, `${breaks.length} breaks`)
  assert.ok(most <= 6, `${most} breaks sent for a key`)
})

test("where both columns of dual dialogue are cut, edits in either and in front of them leave both breaks true", async () => {
  await started()
  const core = new ScriptCore(1, 1, 0, undefined, [])
  const pairs = Array.from({ length: 12 }, (_, at) => `Line ${at}.\n\nANNA\n${"I was there. ".repeat(60)}\n\nBEN ^\n${"It was me. ".repeat(70)}\n`)
  core.import(parseFountain(pairs.join("\n"))[0] as Uint8Array)
  const laid = new PagesCore(core.plainParagraphs(0, core.paragraphCount), [], [])
  let breaks = changedBreaks([], laid.pages() as PagesChange)
  let cut = 0
  for (let step = 0; step < 120; step++) {
    breaks = changedBreaks(breaks, spliced(laid, core, edited(core, step)))
    const full = new PagesCore(core.plainParagraphs(0, core.paragraphCount), [], [])
    const { inserted: expected } = full.pages() as PagesChange
    full.free()
    assert.deepEqual(breaks, expected, `step ${step}`)
    cut += breaks.filter(({ right }) => right !== null).length
  }
  assert.ok(cut > 200, `${cut} pairs of which both columns are cut`)
})

test("a layout is asked for behind the frame that shows the key", async context => {
  const { Worker, requestAnimationFrame, document, addEventListener } = globalThis
  context.after(() => void Object.assign(globalThis, { Worker, requestAnimationFrame, document, addEventListener }))
  const frames: (() => void)[] = []
  const page = { visibilityState: "visible", addEventListener: () => {} }
  Object.assign(globalThis, { Worker: StandIn, requestAnimationFrame: (run: () => void) => frames.push(run), document: page, addEventListener: () => {} })
  const started = new Promise<StandIn>(resolve => (StandIn.started = resolve))
  const script = await opened({ pageWorker: "pages-worker.js" })
  const worker = await started
  const told: string[] = []
  const heard = new EventEmitter()
  worker.postMessage = ({ kind }) => void (told.push(kind), heard.emit(kind))
  worker.answer(1)
  script.edit([{ kind: "replace", from: 0, to: 0, insert: [{ text: "x" }] }])
  assert.deepEqual([told, frames.length], [[], 1])
  const asked = once(heard, "splices")
  frames[0]?.()
  await asked
  assert.deepEqual(told, ["splices"])
  await script.close()
})

test("locked and revised, too, where the text stands is told with each edit, and only what changed comes back", async () => {
  await started()
  const core = new ScriptCore(1, 1, 0, undefined, [])
  const scenes = Array.from({ length: 40 }, (_, at) => `INT. HOUSE ${at}\n\n${"She waits. ".repeat(at)}\n\nANNA\n${"No. ".repeat(60)}\n`)
  core.import(parseFountain(scenes.join("\n"))[0] as Uint8Array)
  const places = new Places(core as unknown as Core)
  const write = (entries: readonly (readonly unknown[])[]): void => {
    places.follow(core.writeEntries(entries as unknown[][]) as CoreChange, core as unknown as Core)
  }
  const laidAnew = (): PagesCore => new PagesCore(core.plainParagraphs(0, core.paragraphCount), core.entries(), core.places())
  const unlocked = laidAnew()
  write((unlocked.writes(["lockPages"]) as Writes).writes ?? [])
  unlocked.free()
  write([["v:1.name", "Blue"], ["revising", 1], ...Array.from({ length: 60 }, (_, at) => [`m:${at}`, at * 50, at * 50 + 7, 1])])
  places.all(core as unknown as Core)
  const laid = laidAnew()
  const whole = laid.pages() as PagesChange
  let [breaks, marks] = [changedBreaks([], whole), MarkedLines.none.after(marksChange(whole))]
  const take = (change: PagesChange): void => {
    breaks = changedBreaks(breaks, change)
    marks = marks.after(marksChange(change))
  }
  for (let step = 0; step < 100; step++) {
    const change = edited(core, step)
    places.follow(change, core as unknown as Core)
    // As a writer's own keys are marked.
    const { from } = change.text[0] as TextChange
    if (step % 3 === 0) write([[`m:own${step}`, from, from, 1]])
    take(spliced(laid, core, change))
    const told = places.take(core as unknown as Core)
    if (told) take(laid.takeEntries(told.entries ? [...told.entries] : undefined, [...told.places]) as PagesChange)
    const full = laidAnew()
    const expected = full.pages() as PagesChange
    full.free()
    assert.equal(breaks.length + 1, expected.count, `step ${step}`)
    assert.deepEqual(breaks, expected.inserted, `step ${step}`)
    const expectedMarks = MarkedLines.none.after(marksChange(expected))
    assert.deepEqual(all(marks), all(expectedMarks), `step ${step}`)
    assert.ok(marks.equals(expectedMarks), `step ${step}`)
  }
  assert.ok(breaks.some(({ page }) => /^\d+A$/.test(page)), breaks.map(({ page }) => page).join())
  assert.ok(all(marks).length > 60, `${all(marks).length} marks`)
})

test("a key in a revision has the marks found anew of the pages around it, and of no others", async () => {
  await started()
  const core = new ScriptCore(1, 1, 0, undefined, [])
  const scenes = Array.from({ length: 60 }, (_, at) => `INT. HOUSE ${at}\n\n${"She waits. ".repeat(60)}\n\nANNA\n${"No. ".repeat(60)}\n`)
  core.import(parseFountain(scenes.join("\n"))[0] as Uint8Array)
  const spots = Array.from({ length: Math.floor(core.length / 100) }, (_, at) => at * 100)
  core.writeEntries([["v:1.name", "Blue"], ["revising", 1], ...spots.map(at => [`m:${at}`, at, at + 7, 1])])
  const laid = new PagesCore(core.plainParagraphs(0, core.paragraphCount), core.entries(), core.places())
  const at = spots[Math.floor(spots.length / 2)] ?? 0
  const edit = { kind: "replace", from: at + 3, to: at + 3, insert: [{ text: "x" }] }
  const change = core.edit([edit], new Uint32Array(0), 0) as CoreChange
  const anew = new Places(core as unknown as Core)
  anew.follow(change, core as unknown as Core)
  const told = anew.take(core as unknown as Core)
  const changes = [spliced(laid, core, change), laid.takeEntries(undefined, [...(told?.places ?? [])]) as PagesChange]
  for (const { marks } of changes) {
    assert.ok(marks && marks.inserted.length > 0)
    assert.ok(marks.inserted.length / 2 < spots.length / 3, `${marks.inserted.length / 2} of ${spots.length}`)
  }
})

function all(marks: MarkedLines): readonly RevisionMark[] {
  return marks.between(0, Number.POSITIVE_INFINITY)
}

/** What an edit did to the pages. */
function spliced(laid: PagesCore, core: ScriptCore, { paragraphs }: CoreChange): PagesChange {
  const { from, removed, inserted } = paragraphs[0] as CoreChange["paragraphs"][number]
  return laid.splice(from, removed, core.plainParagraphs(from, from + inserted.length)) as PagesChange
}

/** A key at one of many places, a new line, a cut of a few lines, some lines, or a long one. */
function edited(core: ScriptCore, step: number): CoreChange {
  const at = (step * 7919) % core.length
  const insert = [[{ text: "x" }], [{ text: "" }, { text: "" }], [{ text: "" }], Array(9).fill({ text: "He runs." }), [{ text: "y".repeat(900) }]]
  const to = step % 5 === 2 ? Math.min(core.length - 1, at + 300) : at
  const edit = { kind: "replace", from: at, to, insert: insert[step % 5] }
  const change = core.edit([edit], new Uint32Array(0), step) as CoreChange
  assert.equal(change.paragraphs.length, 1)
  return change
}

async function started(): Promise<void> {
  for (const [start, name] of [[startClient, "client"], [startBackground, "background"]] as const) {
    const file = join(import.meta.dirname, `../dist/wasm/scriptroom_${name}_bg.wasm`)
    start({ module: await WebAssembly.compile(await readFile(file)) })
  }
}
