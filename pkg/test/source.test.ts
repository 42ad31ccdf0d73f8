// The file that a script was imported from: kept beside it, brought to every device, and written into.

import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { Relay } from "../../tests/browser/relay.ts"
import type { ScriptHandle } from "../src/index.ts"
import type { ScriptProduction } from "../src/production.ts"
import { opened, typed, until } from "./opened.ts"
import { giveRole, scriptOf, startPeoplesRelay, tokenOf } from "./people.ts"

const folder = join(import.meta.dirname, "../../crates/formats/tests/fdx/files")
let relay: Relay
let closed: Relay
before(async () => {
  relay = await Relay.start()
  closed = await startPeoplesRelay()
})
after(async () => {
  await relay.stop()
  await closed.stop()
})

const isSaved = ({ status }: ScriptHandle): boolean => status.kind === "synced" && status.unsaved === 0

/** Resolves when the script goes out as that file; another device may still be bringing it. */
async function goesOutAs(script: ScriptHandle, file: Uint8Array): Promise<void> {
  for (let waitMs = 20; waitMs < 10_000; waitMs *= 2) {
    if (Buffer.from(await script.exportFinalDraft()).equals(file)) return
    await new Promise(resolve => setTimeout(resolve, waitMs))
  }
  assert.fail("expected the script to go out as the file that it came from")
}

for (const name of ["everything.fdx", "compact.fdx"]) {
  test(`${name} comes back byte for byte, and after each edit that is taken back`, async () => {
    const file = await readFile(join(folder, name))
    const script = await opened()
    await script.importFinalDraft(file)
    const written = async (): Promise<Buffer> => Buffer.from(await script.exportFinalDraft())
    assert.ok((await written()).equals(file))
    for (let paragraph = 0; paragraph < script.paragraphCount; paragraph += 1) {
      script.closeUndoGroup()
      script.edit([typed(script.paragraphStart(paragraph), "Fog. ")])
      // What is written on a page break is the one text that such a file has no place for.
      const isCarried = script.paragraph(paragraph).element !== "page-break"
      assert.equal((await written()).equals(file), !isCarried, `paragraph ${paragraph}`)
      script.undo()
      assert.ok((await written()).equals(file), `paragraph ${paragraph}`)
    }
    script.closeUndoGroup()
    script.edit([{ kind: "element", from: 0, to: script.paragraphCount, element: "action" }])
    script.undo()
    assert.ok((await written()).equals(file))
    await script.close()
  })
}

test("a paragraph that is split, moved or copied keeps its source in one place", async () => {
  const file = await readFile(join(folder, "everything.fdx"))
  const script = await opened()
  await script.importFinalDraft(file)
  const written = async (): Promise<string> => new TextDecoder().decode(await script.exportFinalDraft())
  const before = script.text()
  const paragraphs = [...Array(script.paragraphCount).keys()]
  const rain = paragraphs.find(paragraph => script.slice(script.paragraphStart(paragraph), script.paragraphStart(paragraph) + 4) === "Rain") ?? 0
  const start = script.paragraphStart(rain)
  const end = script.paragraphStart(rain + 1) - 1
  /** What only the file knows of its paragraphs: each thing is there once, wherever its paragraph is. */
  const known = ['id="p-outline"', 'id="p-1"', 'Title="Harbour"', 'id="p-2"', 'TagNumber="7"', 'id="p-d1"', 'id="p-d2"', 'TagNumber="9"', "<AltId>1</AltId>"]
  const isEachOnce = (text: string): void => {
    for (const one of known) assert.equal(text.split(one).length - 1, 1, one)
  }

  // Split in two, and one again.
  const at = script.text().indexOf("black")
  script.edit([typed(at, "", "")])
  const split = await written()
  isEachOnce(split)
  assert.match(split, /id="p-2">[^]*?<Text> on 👩‍🚀 <\/Text>\s*<\/Paragraph>/)
  script.edit([{ kind: "replace", from: at, to: at + 1, insert: [{ text: "" }] }])
  assert.equal(script.text(), before)
  assert.equal(await written(), file.toString(), "split and merged")

  // The first scene, put behind the last and back.
  const [first, second] = script.scenes().map(({ id }) => id)
  assert.ok(first && second)
  script.moveScene(first, null)
  assert.equal(script.scenes().at(-1)?.id, first)
  const moved = await written()
  isEachOnce(moved)
  const order = (text: string): number[] => ['TagNumber="9"', 'id="p-1"', 'id="p-2"'].map(one => text.indexOf(one))
  assert.deepEqual(order(moved), order(moved).toSorted((one, next) => one - next))
  assert.notDeepEqual(order(file.toString()), order(file.toString()).toSorted((one, next) => one - next))
  const scene = file.toString().match(/<Paragraph Number="1"[^]*?oil&#8230;<\/Text>\s*<\/Paragraph>/)?.[0] ?? ""
  assert.ok(scene !== "" && moved.includes(scene), "the scene's bytes go along")
  script.moveScene(first, second)
  assert.equal(script.text(), before)
  assert.equal(await written(), file.toString(), "moved there and back")

  // Copied, as the clipboard does it: the copy is new, and what it was copied from stays as it is in the file.
  const words = script.slice(start, end)
  script.edit([{ kind: "replace", from: end, to: end, insert: [{ text: "" }, { text: words, element: "action" }] }])
  assert.equal(script.slice(end + 1, end + 1 + words.length), words)
  const copied = await written()
  isEachOnce(copied)
  assert.equal(copied.split("Rain. ").length - 1, 2)
  assert.ok(copied.includes(scene), "the copied paragraph is as it was")
  script.edit([{ kind: "replace", from: end, to: end + 1 + words.length, insert: [{ text: "" }] }])
  assert.equal(await written(), file.toString(), "copied, and the copy deleted")
  await script.close()
})

test("whoever joins has the file, and goes on with it when the relay is away", { timeout: 60_000 }, async () => {
  const file = await readFile(join(folder, "everything.fdx"))
  const id = crypto.randomUUID()
  const ada = await opened({ id, relay: relay.origin })
  await ada.importFinalDraft(file)
  await until(ada, () => isSaved(ada))
  const ben = await opened({ id, relay: relay.origin })
  await until(ben, () => isSaved(ben) && ben.text() === ada.text())
  await goesOutAs(ben, file)
  // A file of another script is another one's: this one has text already.
  await ben.importFinalDraft(await readFile(join(folder, "compact.fdx")))
  const both = new TextDecoder().decode(await ben.exportFinalDraft())
  assert.match(both, /A script with everything that a file can have/)
  await Promise.all([ada.close(), ben.close()])
})

test("a viewer has the file of a script that an editor imported", { timeout: 60_000 }, async () => {
  const file = await readFile(join(folder, "compact.fdx"))
  const id = await scriptOf(closed, "ada")
  await giveRole(closed, "ada", id, "ben", "viewer")
  const ada = await opened({ id, relay: closed.origin, token: tokenOf("ada", 600) })
  await until(ada, () => isSaved(ada))
  await ada.importFinalDraft(file)
  await until(ada, () => isSaved(ada))
  const ben = await opened({ id, relay: closed.origin, token: tokenOf("ben", 600) })
  await until(ben, () => isSaved(ben) && ben.text() === ada.text())
  assert.equal(ben.role, "viewer")
  await goesOutAs(ben, file)
  await Promise.all([ada.close(), ben.close()])
})

test("a scene's colour is the script's, a new one changes its own attribute of the file, and taken back it changes nothing", async () => {
  const file = (await readFile(join(folder, "everything.fdx"))).toString()
  const script = await opened()
  await script.importFinalDraft(Buffer.from(file))
  const written = async (): Promise<string> => new TextDecoder().decode(await script.exportFinalDraft())
  const [scene] = script.scenes()
  assert.equal(scene?.color, "#d0e1f2")
  const paint = (color: string | null): void => {
    script.closeUndoGroup()
    script.edit([{ kind: "attributes", paragraph: scene?.paragraph ?? 0, color }])
  }
  paint("#1F6F43")
  assert.equal(script.scenes()[0]?.color, "#1f6f43")
  assert.equal(await written(), file.replace("#D0D0E1E1F2F2", "#1F1F6F6F4343"))
  paint(null)
  assert.equal(await written(), file.replace(' Color="#D0D0E1E1F2F2"', ""))
  script.undo()
  script.undo()
  assert.equal(await written(), file)
  await script.close()
})

test("what a file says of its production is the script's, and goes back as the script says it", async () => {
  const file = await readFile(join(folder, "everything.fdx"))
  const script = await opened()
  await script.importFinalDraft(file)
  assert.deepEqual(
    script.scenes().map(({ number, paragraph }) => [number, script.paragraph(paragraph).omitted === true]),
    [
      ["1", false],
      ["2", true],
      ["3A", false],
    ],
  )
  const { places } = script.production as ScriptProduction
  const value = (name: string): unknown => places.value(name)
  assert.deepEqual(["preset", "locked", "numbered", "v:2.name"].map(value), ["final-draft", true, true, "Pink"])
  const textOf = (name: string): string[] => [...places.touching(0, Number.POSITIVE_INFINITY, name)].map(([, { from, to }]) => script.slice(from, Math.max(to, from + 5)))
  assert.deepEqual(textOf("l:").sort(), [" oil…", "ACT O", "INT. "])
  assert.deepEqual(textOf("m:"), ["A boat"])
  const written = async (): Promise<string> => new TextDecoder().decode(await script.exportFinalDraft())
  assert.equal(await written(), file.toString())

  // What is written in the stretch that a revision changed is of that revision, and a lock moves with its text.
  const [[, { to }] = ["", { to: 0 }]] = [...places.touching(0, Number.POSITIVE_INFINITY, "m:")]
  script.edit([typed(to - 1, "o")])
  const edited = await written()
  assert.match(edited, /RevisionID="2" TagNumber="7">A boaot</)
  assert.match(edited, /PageNumber="2" Position="121"/)
  script.undo()
  assert.equal(await written(), file.toString())
  await script.close()
})
