// A Final Draft file that comes in goes out as it came: from every browser, also without a network.

import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test, type Writer } from "./writer.ts"

const folder = join(import.meta.dirname, "../../crates/formats/tests/fdx/files")

/** The script as a Final Draft file. */
async function downloaded(writer: Writer): Promise<Buffer> {
  const download = writer.page.waitForEvent("download")
  await writer.menu("Download Final Draft")
  return await readFile(await (await download).path())
}

/** Waits until a download is this file: another writer's browser may still be bringing it. */
async function downloads(writer: Writer, file: Buffer): Promise<void> {
  await expect(async () => expect((await downloaded(writer)).equals(file)).toBe(true)).toPass({ timeout: 60_000 })
}

test("a Final Draft file goes out byte for byte from the browser of another writer, and there without a network", async ({ writer }) => {
  const file = await readFile(join(folder, "everything.fdx"))
  const [ana, ben] = [await writer(), await writer()]
  await ana.openFile("everything.fdx", file)
  await ana.sees("Mara waits for the boat.")
  await ana.saved()
  await downloads(ana, file)
  await ben.open(ana.page.url())
  await ben.sees("Mara waits for the boat.")
  await downloads(ben, file)

  await ben.canReloadOffline()
  await ben.context.setOffline(true)
  await ben.page.reload()
  await ben.sees("Mara waits for the boat.")
  await downloads(ben, file)
})

test("what another writer has edited and taken back goes out as the file that came in", async ({ writer }) => {
  const file = await readFile(join(folder, "everything.fdx"))
  const [ana, ben] = [await writer(), await writer()]
  await ana.openFile("everything.fdx", file)
  await ana.sees("Mara waits for the boat.")
  await ana.saved()
  await ben.open(ana.page.url())
  await ben.sees("Mara waits for the boat.")
  const whole = await ben.text()
  await ben.toEnd()
  await ben.type(" More, and more.")
  await ana.sees(" More, and more.")
  for (const one of [ana, ben]) {
    const edited = (await downloaded(one)).toString()
    expect(edited).toContain(" More, and more.")
    expect(edited.length, "and nothing else").toBeLessThan(file.toString().length + 200)
  }
  await expect(async () => {
    await ben.press("Control+z")
    expect(await ben.text()).toBe(whole)
  }).toPass()
  await ana.agreesWith(ben)
  await downloads(ben, file)
  await downloads(ana, file)
  // And from the browser of somebody who was never there.
  const cleo = await writer()
  await cleo.open(ana.page.url())
  await cleo.agreesWith(ben)
  await downloads(cleo, file)
})

test("an edit changes its own paragraph of the file, and taken back it changes nothing", async ({ writer }) => {
  const file = await readFile(join(folder, "compact.fdx"))
  const ana = await writer()
  await ana.openFile("compact.fdx", file)
  await ana.sees("OneTwo")
  const whole = await ana.text()
  await ana.toEnd()
  await ana.type(" The end.")
  await ana.sees("OneTwo The end.")
  const edited = (await downloaded(ana)).toString()
  const before = file.toString()
  let same = 0
  while (edited[same] === before[same]) same += 1
  let behind = 0
  while (edited.at(-1 - behind) === before.at(-1 - behind)) behind += 1
  expect(edited.slice(same, edited.length - behind)).toContain("The end.")
  expect(before.slice(same, before.length - behind)).not.toContain("<Paragraph")
  // Who types slowly takes it back in several steps.
  await expect(async () => {
    await ana.press("Control+z")
    expect(await ana.text()).toBe(whole)
  }).toPass()
  expect((await downloaded(ana)).equals(file)).toBe(true)
})
