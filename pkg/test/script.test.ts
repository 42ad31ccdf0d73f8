// The handle by itself: what goes in and comes out, in Node, on the real wasm.

import assert from "node:assert/strict"
import { test } from "node:test"
import { type Change, checkFinalDraft, type InsertedLine, type ScriptError } from "../src/index.ts"
import { opened, typed, until } from "./opened.ts"

test("an edit returns what it did, and the change event tells of it afterwards", async () => {
  const script = await opened()
  const heard: Change[] = []
  script.on("change", change => heard.push(change))
  const change = script.edit([typed(0, "INT. KITCHEN - DAY", "Rain.")])
  assert.equal(script.text(), "INT. KITCHEN - DAY\nRain.")
  assert.deepEqual(change.text, [{ from: 0, to: 0, insert: "INT. KITCHEN - DAY\nRain." }])
  assert.equal(change.origin, "edit")
  assert.deepEqual(heard, [])
  await Promise.resolve()
  assert.equal(heard[0], change)
  await script.close()
})

test("types, styles and scenes are as they were set", async () => {
  const script = await opened()
  script.edit([{ kind: "replace", from: 0, to: 0, insert: [{ text: "INT. KITCHEN" }, { text: "Rain falls.", element: "action" }] }])
  script.edit([{ kind: "element", from: 0, to: 1, element: "scene-heading" }])
  script.edit([{ kind: "format", from: 13, to: 17, style: "bold", on: true }])
  assert.deepEqual(script.paragraphs().map(({ element, length }) => [element, length]), [["scene-heading", 12], ["action", 11]])
  assert.deepEqual(script.runs(0, script.length), [{ from: 13, to: 17, styles: ["bold"] }])
  const [scene] = script.scenes()
  assert.equal(scene?.heading, "INT. KITCHEN")
  assert.equal(script.sceneAt(20)?.id, scene?.id)
  assert.deepEqual(script.scene(scene?.id ?? ""), scene)
  assert.equal(script.scene(crypto.randomUUID()), null)
  assert.equal(script.paragraph(0).scene, scene?.id)
  await script.close()
})

test("a scene has a colour or none, it goes along where the scene is moved, and what is no colour throws", async () => {
  const script = await opened()
  const line = (text: string): InsertedLine => ({ text, element: "scene-heading" })
  script.edit([{ kind: "replace", from: 0, to: 0, insert: [line("INT. ONE"), line("INT. TWO"), { ...line("INT. THREE"), color: "#0a8888" }] }])
  script.edit([{ kind: "element", from: 0, to: 1, element: "scene-heading" }])
  const colors = (): unknown[] => script.scenes().map(({ heading, color }) => [heading.slice(5), color])
  assert.deepEqual(colors(), [["ONE", null], ["TWO", null], ["THREE", "#0a8888"]])
  const change = script.edit([{ kind: "attributes", paragraph: 0, color: "#D74840" }])
  const [one] = script.scenes()
  assert.deepEqual(change.paragraphs.map(({ inserted }) => inserted.map(({ color }) => color)), [["#d74840"]])
  assert.deepEqual(change.scenes.changed, [one?.id])
  script.edit([{ kind: "attributes", paragraph: 0, sceneNumber: "7" }])
  script.moveScene(one?.id ?? "", null)
  assert.deepEqual(colors(), [["TWO", null], ["THREE", "#0a8888"], ["ONE", "#d74840"]])
  for (const color of ["red", "#fff", "url(https://example.com/x)", "#123456; display: none", 7 as unknown as string]) {
    assert.throws(() => script.edit([{ kind: "attributes", paragraph: 2, color }]), /expected a colour such as/)
  }
  assert.equal(script.paragraph(2).color, "#d74840")
  script.edit([{ kind: "attributes", paragraph: 2, color: null }])
  assert.equal(script.paragraph(2).color, null)
  assert.equal(script.paragraph(2).sceneNumber, "7")
  await script.close()
})

test("what is selected goes along with a scene that is moved, whether it was one strip or is made one", async () => {
  const scene = (name: string): readonly InsertedLine[] => [
    { text: `INT. ${name}`, element: "scene-heading" },
    { text: `${name} at work.`, element: "action" },
    { text: "", element: "action" },
  ]
  const script = await opened()
  script.edit([{ kind: "replace", from: 0, to: 0, insert: ["ADA", "BEN", "EVE"].flatMap(scene) }])
  script.edit([{ kind: "element", from: 0, to: 1, element: "scene-heading" }])
  const offsetOf = (words: string): number => script.text().indexOf(words)
  for (const moves of ["typed in one strip", "a strip of its own"]) {
    const [first] = script.scenes()
    const moved = script.sceneAt(offsetOf("BEN at"))
    assert.ok(first && moved, moves)
    const [anchor, head] = [offsetOf("BEN at") + 3, offsetOf("BEN at") + 6]
    script.setPresence({ selection: { anchor, head } })
    const change = script.moveScene(moved.id, moved.id === first.id ? null : first.id)
    assert.deepEqual(change.selection, { anchor: offsetOf("BEN at") + 3, head: offsetOf("BEN at") + 6 }, moves)
    assert.notEqual(change.selection?.anchor, anchor)
  }
  await script.close()
})

test("undo and redo take one's own step back and make it again", async () => {
  const script = await opened()
  script.edit([typed(0, "Rain.")])
  assert.equal(script.undo()?.origin, "undo")
  assert.equal(script.text(), "")
  assert.equal(script.canUndo, false)
  script.redo()
  assert.equal(script.text(), "Rain.")
  assert.equal(script.redo(), null)
  await script.close()
})

test("what is no edit throws one sentence and changes nothing", async () => {
  const script = await opened()
  script.edit([typed(0, "Rain.")])
  assert.throws(() => script.edit([typed(99, "x")]), /expected a range within/)
  assert.throws(() => script.edit([{ kind: "element", from: 0, to: 1, element: "soliloquy" as "action" }]), /expected an element type/)
  assert.throws(() => script.paragraph(7), RangeError)
  assert.throws(() => script.paragraphStart(7), /expected the index of a paragraph, got 7 of 1/)
  assert.equal(script.text(), "Rain.")
  await script.close()
})

test("a trap costs nobody a word: the document is rebuilt, and the call that trapped is made again", async () => {
  const script = await opened()
  const other = await opened()
  script.edit([typed(0, "Before. ")])
  other.edit([typed(0, "Another script.")])
  const errors: ScriptError[] = []
  script.on("error", error => errors.push(error))
  const before = script.clientId
  trap(script)
  assert.equal(script.text(), "Before. ")
  assert.equal(other.text(), "Another script.")
  assert.notEqual(script.clientId, before)
  script.edit([typed(8, "After.")])
  assert.equal(script.text(), "Before. After.")
  await Promise.resolve()
  assert.deepEqual(errors.map(error => error.kind), ["rebuilt"])
  await script.close()
  await other.close()
})

test("a Fountain file is one change for the editor, and comes out again", async () => {
  const script = await opened()
  const heard: Change[] = []
  script.on("change", change => heard.push(change))
  const file = "Title: Rain\n\nINT. KITCHEN - DAY\n\nRain on *glass*.\n\nEXT. STREET - NIGHT\n\nADA\nLook.\n"
  assert.deepEqual(await script.importFountain(file), [])
  assert.equal(heard.length, 1)
  assert.equal(heard[0]?.text.map(({ insert }) => insert).join(), script.text())
  assert.deepEqual(heard[0]?.scenes.added, script.scenes().map(({ id }) => id))
  assert.equal(script.scenes().length, 2)
  assert.deepEqual(script.titlePage(), [{ key: "Title", lines: ["Rain"] }])
  assert.equal(await script.exportFountain(), file)
  await script.close()
})

test("a Final Draft file comes in and goes out, and what is none adds nothing", async () => {
  const script = await opened()
  const content = '<Paragraph Number="7" Type="Scene Heading"><Text>INT. CAFÉ</Text></Paragraph><Paragraph><Text Style="Bold">Rain</Text></Paragraph>'
  const file = new TextEncoder().encode(`<FinalDraft><Content>${content}</Content></FinalDraft>`)
  assert.deepEqual(await script.importFinalDraft(file), [])
  assert.equal(script.text(), "INT. CAFÉ\nRain")
  await assert.rejects(script.importFinalDraft(new TextEncoder().encode("INT. CAFÉ")), /expected `<FinalDraft>`, got no XML/)
  assert.equal(script.text(), "INT. CAFÉ\nRain")
  const written = await script.exportFinalDraft()
  assert.match(new TextDecoder().decode(written), /<Paragraph Number="7" Type="Scene Heading">\s*<Text>INT. CAFÉ</)
  assert.deepEqual(await checkFinalDraft(written), [])
  const other = await opened()
  await other.importFinalDraft(written)
  assert.equal(await other.exportFountain(), await script.exportFountain())
  await other.close()
  await script.close()
})

test("an id that is no UUID is refused with what came", async () => {
  await assert.rejects(opened({ id: "my script" }), /expected a UUID as the script's id, got "my script"/)
})

test("a relay's address that is none is refused with what came", async () => {
  for (const relay of ["", "ftp://scripts.example", "scripts.example", "localhost:8787", "wss://"]) {
    const message = `expected a ws:, wss:, http: or https: address as the relay, got ${JSON.stringify(relay)}`
    await assert.rejects(opened({ relay }), { message })
  }
})

test("whose a script is on this device has to be said where a token says who comes", async () => {
  const options = { relay: "ws://127.0.0.1:1", token: "a token", store: "indexeddb" } as const
  await assert.rejects(opened(options), /expected a person with the token: what is kept on this device is theirs/)
  await (await opened({ ...options, person: "ada" })).close()
  await (await opened({ ...options, store: "none" })).close()
})

/** Lets the module trap inside a call. */
function trap(script: unknown): void {
  ;(script as { trapForTests(): void }).trapForTests()
}

test("undo and redo say where the selection belongs", async () => {
  const script = await opened()
  script.edit([typed(0, "She runs.")])
  script.closeUndoGroup()
  const before = { anchor: 8, head: 4 }
  const after = { anchor: 9, head: 9 }
  const walks = { kind: "replace", from: 4, to: 8, insert: [{ text: "walks" }] } as const
  assert.equal(script.edit([walks], { before, after }).selection, null)
  assert.deepEqual(script.undo()?.selection, before)
  assert.deepEqual(script.redo()?.selection, after)
  await script.close()
})

test("where nothing can be stored, who opens a script is told", async () => {
  const script = await opened({ store: "indexeddb" })
  const errors: ScriptError[] = []
  script.on("error", error => errors.push(error))
  await until(script, () => errors.length > 0)
  assert.deepEqual(errors.map(({ kind }) => kind), ["store"])
  assert.equal(script.status.device, "unavailable")
  await script.close()
})
