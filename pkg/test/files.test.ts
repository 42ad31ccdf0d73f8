// What a script goes out as for who reads it, what comes in printed, and what is counted.

import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { test } from "node:test"
import { checkPdf } from "../src/index.ts"
import { opened } from "./opened.ts"

const fountain = `Title: The Ferry\n\nINT. FERRY - NIGHT\n\n${"Rain on *steel*.\n\n".repeat(400)}ANA\nWe are late.\n`

test("a script becomes a PDF step by step, and comes back from it", async () => {
  const script = await opened()
  await script.importFountain(fountain)
  const seen: [number, number][] = []
  const { file, missing } = await script.exportPdf({ watermark: "Ana", onProgress: (done, of) => seen.push([done, of]) })
  assert.equal(new TextDecoder("latin1").decode(file.subarray(0, 8)), "%PDF-1.7")
  assert.equal(missing, "")
  const [done, of] = seen.at(-1) ?? []
  assert.ok(seen.length > 1 && done === of, `${JSON.stringify(seen)}`)
  const other = await opened()
  const remarks = await other.importPdf(file)
  assert.equal(remarks[0]?.message, "page 1: taken for a title page")
  assert.deepEqual(other.titlePage(), [{ key: "Title", lines: ["The Ferry"] }])
  assert.equal(other.paragraphCount, script.paragraphCount)
  await assert.rejects(checkPdf(new Uint8Array(9)), /expected a PDF, got a file without/)
  await other.close()
  await script.close()
})

test("letters that no font has are told", async () => {
  const script = await opened()
  await script.importFountain("Rain 漢.\n")
  assert.equal((await script.exportPdf()).missing, "漢")
  await script.close()
})

test("fonts are asked for once, with the letters that are missing, and not where none is", async () => {
  const script = await opened()
  await script.importFountain("Rain 漢, 雨 and 漢.\n")
  const asked: string[] = []
  const fonts = (found: readonly Uint8Array[]) => async (letters: string) => {
    asked.push(letters)
    return found
  }
  const { file, missing } = await script.exportPdf({ fonts: fonts([]) })
  assert.equal(missing, "漢雨")
  assert.equal(new TextDecoder("latin1").decode(file.subarray(0, 5)), "%PDF-")
  await assert.rejects(script.exportPdf({ fonts: fonts([new Uint8Array(9)]) }), /expected a TrueType, OpenType or WOFF 1 font, got 9 bytes/)
  const own = await readFile(join(import.meta.dirname, "../../crates/print/fonts/CourierPrime-Regular.ttf"))
  const seen: number[] = []
  await script.exportPdf({ fonts: fonts([own]), onProgress: done => void seen.push(done) })
  assert.deepEqual(asked, ["漢雨", "漢雨", "漢雨"])
  assert.deepEqual(seen, [1, 1])
  const plain = await opened()
  await plain.importFountain("Rain.\n")
  assert.equal((await plain.exportPdf({ fonts: fonts([own]) })).missing, "")
  assert.equal(asked.length, 3)
  await plain.close()
  await script.close()
})

test("a script goes out for Word, for the web and as text, and is counted", async () => {
  const script = await opened()
  await script.importFountain(fountain)
  assert.equal(new TextDecoder().decode((await script.exportWord()).subarray(0, 2)), "PK")
  assert.match(await script.exportHtml(), /<h2 class="scene-heading">INT. FERRY - NIGHT<\/h2>/)
  assert.match(await script.exportText(), /^ +The Ferry$/m)
  const { columns, rows, csv } = await script.report("characters")
  assert.equal(columns[0], "character")
  assert.deepEqual(rows[0]?.slice(0, 3), ["ANA", 1, 3])
  assert.match(csv, /^character,.*\r\nANA,1,3,/)
  await script.close()
})
