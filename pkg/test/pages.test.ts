// The pages of a handle, and of documents that are edited while they are laid out.

import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { test, type TestContext } from "node:test"
import { initSync as startBackground, PagesCore, parseFountain } from "../dist/wasm/scriptroom_background.js"
import { initSync as startClient, ScriptCore } from "../dist/wasm/scriptroom_client.js"
import { loadedBackground, locateBackground } from "../src/background.ts"
import type { Core, CoreChange } from "../src/core.ts"
import type { Pages, RevisionMark, ScriptHandle, TextChange } from "../src/index.ts"
import { MarkedLines } from "../src/marked-lines.ts"
import { changedBreaks, marksChange, type PagesChange } from "../src/laid.ts"
import { PageKeeper } from "../src/pages.ts"
import { PlacedEntries } from "../src/placed-entries.ts"
import type { Writes } from "../src/production.ts"
import { opened, typed } from "./opened.ts"

test("no page is known before the first layout; it is told, and after it what changed", async () => {
  const script = await opened({ pages: true })
  assert.equal(script.pages.count, 0)
  const told: Pages[] = []
  script.on("pages", pages => told.push(pages))
  await laidOut(script)
  const one: Pages = { count: 1, first: "1", breaks: [], numbers: {} }
  assert.deepEqual(told, [one])
  script.edit([typed(0, "x")])
  await script.sceneLengths()
  assert.deepEqual(told, [one])
  script.edit([typed(1, ...Array<string>(40).fill("x"))])
  await script.sceneLengths()
  assert.deepEqual([told.length, told[1]?.count, told[1]?.breaks.length], [2, 2, 1])
  await script.close()
})

test("a script that is opened without pages has none, and says so where they are asked for", async () => {
  const script = await opened({ pages: false })
  script.edit([typed(0, "x")])
  await new Promise(resolve => setTimeout(resolve))
  assert.deepEqual([script.pages.count, await script.sceneLengths()], [0, []])
  await assert.rejects(script.production.printed(), /expected pages/)
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

test("what one task changes is laid out at once when it is over, in front of the next frame", async context => {
  const { keeper, edit, told, tasks, settle } = await keptPages(context)
  await settle()
  edit(0, 0, Array<string>(40).fill("x"))
  edit(0, 0, Array<string>(40).fill("x"))
  assert.deepEqual([told.length, keeper.pages.count], [1, 1])
  await Promise.resolve()
  assert.deepEqual([told.length, keeper.pages.count, tasks.length], [2, 3, 0])
  keeper.close()
})

test("a long script is laid out piece by piece, whatever is edited meanwhile, and told when it is whole", async context => {
  const { keeper, core, places, told, edit, turn, settle } = await keptPages(context)
  const scenes = Array.from({ length: 1600 }, (_, at) => `INT. HOUSE ${at}\n\n${"She waits. ".repeat(at % 30)}\n\nANNA\nNo.\n`)
  core.import(parseFountain(scenes.join("\n"))[0] as Uint8Array)
  // In what is laid out, across its end, behind it, and at the very end.
  for (const [step, part] of [0.01, 0.3, 0.5, 0.9, 1].entries()) {
    const at = Math.floor(part * core.length)
    turn()
    assert.deepEqual([told.length, keeper.pages.count], [0, 0])
    if (step < 3) edit(at, at + 20_000, ["He runs.", "y".repeat(900)])
    else edit(at - 1, at - 1, ["", "A line.", ""])
    if (step === 1) {
      const marked = core.writeEntries([["v:1.name", "Blue"], ["revising", 1], ["m:1", 40, 47, 1]]) as CoreChange
      places.follow(marked, core as unknown as Core)
      keeper.change(marked)
    }
  }
  await settle()
  const full = new PagesCore(core.plainParagraphs(0, core.paragraphCount), core.entries(), core.places())
  const expected = full.pages() as PagesChange
  full.free()
  assert.ok(expected.count > 20)
  assert.equal(told.length, 1)
  assert.deepEqual([keeper.pages.count, keeper.pages.breaks], [expected.count, expected.inserted])
  assert.deepEqual(all(keeper.marks), all(MarkedLines.none.after(marksChange(expected))))
  assert.equal(all(keeper.marks).length, 1)
  keeper.close()
})

test("where a call of another's has trapped, pages are laid out anew, and nobody is told of trouble", async context => {
  const { keeper, background, edit, told, troubles, settle } = await keptPages(context)
  await settle()
  const trap = (): void => background.run(() => { throw new WebAssembly.RuntimeError("unreachable") })
  assert.throws(trap, /unreachable/)
  edit(0, 0, Array<string>(40).fill("x"))
  await settle()
  assert.deepEqual([told.at(-1)?.count, troubles], [2, []])
  assert.throws(trap, /unreachable/)
  assert.deepEqual(keeper.sceneLengths(), [])
  assert.equal(keeper.ask(laid => (laid.pages() as PagesChange).count), 2)
  keeper.close()
})

test("an edit that cannot be laid out has all laid out anew; if that fails, it is said and pages stand still", async context => {
  const { keeper, edit, told, troubles, settle, spoiled } = await keptPages(context)
  await settle()
  spoiled.next = 1
  edit(0, 0, Array<string>(40).fill("x"))
  await settle()
  assert.deepEqual([told.at(-1)?.count, troubles.length], [2, 1])
  spoiled.next = 2
  edit(0, 0, Array<string>(40).fill("x"))
  await settle()
  edit(0, 0, ["x"])
  await settle()
  assert.deepEqual([keeper.pages.count, troubles.length], [2, 3])
  assert.throws(() => keeper.ask(laid => laid.production()), /can be laid out/)
  keeper.close()
})

/** The pages, when they are others. */
function laidOut(script: ScriptHandle): Promise<Pages> {
  return new Promise(resolve => {
    const stop = script.on("pages", pages => {
      stop()
      resolve(pages)
    })
  })
}

/** A keeper of the pages of an empty document, the tasks of which run when the test says so. */
async function keptPages(context: TestContext) {
  await started()
  locateBackground(await wasmOf("background"))
  const background = await loadedBackground()
  const tasks: (() => void)[] = []
  context.mock.method(globalThis, "setTimeout", (run: () => void) => void tasks.push(run))
  /** Runs the next task. */
  const turn = (): void => tasks.shift()?.()
  const settle = async (): Promise<void> => {
    do {
      turn()
      await Promise.resolve()
    } while (tasks.length > 0)
  }
  const core = new ScriptCore(1, 1, 0, undefined, [])
  const places = new PlacedEntries(core as unknown as Core)
  const [told, troubles]: [Pages[], string[]] = [[], []]
  /** So many of the next paragraphs to be laid out are no paragraphs. */
  const spoiled = { next: 0 }
  const seen = Object.assign(Object.create(core) as Core, {
    plainParagraphs(from: number, to: number): Uint8Array {
      if (spoiled.next === 0) return core.plainParagraphs(from, to)
      spoiled.next -= 1
      return new Uint8Array([255])
    },
  })
  const keeper = new PageKeeper(background, {
    places,
    read: look => look(seen),
    laidOut: pages => void told.push(pages),
    trouble: message => void troubles.push(message),
  })
  const edit = (from: number, to: number, lines: readonly string[]): void => {
    const insert = lines.map(text => ({ text }))
    const change = core.edit([{ kind: "replace", from, to: Math.min(to, core.length), insert }], new Uint32Array(0), 0) as CoreChange
    places.follow(change, core as unknown as Core)
    keeper.change(change)
  }
  return { keeper, background, core, places, told, troubles, spoiled, edit, tasks, turn, settle }
}

test("locked and revised, too, where the text stands is told with each edit, and only what changed comes back", async () => {
  await started()
  const core = new ScriptCore(1, 1, 0, undefined, [])
  const scenes = Array.from({ length: 40 }, (_, at) => `INT. HOUSE ${at}\n\n${"She waits. ".repeat(at)}\n\nANNA\n${"No. ".repeat(60)}\n`)
  core.import(parseFountain(scenes.join("\n"))[0] as Uint8Array)
  const places = new PlacedEntries(core as unknown as Core)
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
  const anew = new PlacedEntries(core as unknown as Core)
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
    start({ module: await WebAssembly.compile(await wasmOf(name)) })
  }
}

function wasmOf(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return readFile(join(import.meta.dirname, `../dist/wasm/scriptroom_${name}_bg.wasm`))
}
