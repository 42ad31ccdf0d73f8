// Where entries are that are places, kept while the text changes, against what the document says.

import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { test } from "node:test"
import { initSync, ScriptCore } from "../dist/wasm/scriptroom_client.js"
import type { Core, CoreChange } from "../src/core.ts"
import { PlacedEntries } from "../src/placed-entries.ts"

/** Three scenes with a mark in each, and their places. */
async function marked() {
  const file = join(import.meta.dirname, "../dist/wasm/scriptroom_client_bg.wasm")
  initSync({ module: await WebAssembly.compile(await readFile(file)) })
  const core = new ScriptCore(1, 1, 0, undefined, []) as unknown as Core
  const insert = ["ONE", "TWO", "THREE"].flatMap(name => [{ text: `INT. ${name}`, element: "scene-heading" as const }, { text: `Rain on ${name}.`, element: "action" as const }])
  core.edit([{ kind: "replace", from: 0, to: 0, insert }, { kind: "element", from: 0, to: 1, element: "scene-heading" }], new Uint32Array(0), 0)
  const words = [...core.text().matchAll(/Rain/g)]
  core.writeEntries(words.map(({ index }) => [`m:${index}`, index, index + 4, 1]))
  const places = new PlacedEntries(core)
  return { core, places, follow: (change: CoreChange) => places.follow(change, core) }
}

/** All of them, as the document has them. */
function said(core: Core): string[] {
  const flat = core.places()
  return Array.from({ length: flat.length / 4 }, (_, at) => flat.slice(4 * at, 4 * at + 4).join(" ")).sort()
}

function known(places: PlacedEntries): string[] {
  return [...places.touching(0, Number.POSITIVE_INFINITY, "")].map(([name, { from, to, number }]) => `${name} ${from} ${to} ${number}`).sort()
}

test("a place goes with its scene, also where that was the last one", async () => {
  const { core, places, follow } = await marked()
  for (let step = 0; step < 12; step++) {
    const scenes = core.scenes()
    const [scene, before] = step % 2 === 0 ? [scenes.at(-1), scenes[step % 3 === 0 ? 0 : 1]] : [scenes[step % 3 === 0 ? 0 : 1], null]
    follow(core.moveScene(scene?.id ?? "", before?.id, step))
    places.take(core)
    assert.deepEqual(known(places), said(core), `step ${step}`)
    assert.deepEqual(known(places).map(place => core.slice(Number(place.split(" ")[1]), Number(place.split(" ")[2]))), ["Rain", "Rain", "Rain"])
  }
})

test("what is laid out from the beginning knows the places as they are", async () => {
  const { core, places, follow } = await marked()
  const at = core.text().indexOf("on TWO")
  const replace = (from: number, to: number, ...lines: readonly string[]): void => {
    follow(core.edit([{ kind: "replace", from, to, insert: lines.map(text => ({ text })) }], new Uint32Array(0), 0))
  }
  // What began its paragraph begins the one that it is joined to.
  replace(at, at, "", "")
  follow(core.writeEntries([["m:second", at + 1, at + 3, 1]]))
  replace(at, at + 1, "")
  places.all(core)
  assert.deepEqual(known(places), said(core))
})
