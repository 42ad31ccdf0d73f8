// What the relay refuses twice: the writer is told, and has it as a file.

import { readFile } from "node:fs/promises"
import { expect, test } from "./writer.ts"

test("what the relay refuses is offered as a file, also after a reload, until it was taken", async ({ relay, writer }) => {
  await relay.kill()
  await relay.run({ SCRIPTROOM_MAX_SYNC_BYTES: "30000", SCRIPTROOM_MAX_UPDATE_BYTES: "10000" })
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(`Title: Rain\nNotes: ${"Endless ".repeat(8_000)}\n\nINT. KITCHEN - DAY\n\nRain on the glass.\n`)
  const offer = ana.page.getByRole("button", { name: "Download the copy" })
  await offer.waitFor()
  await ana.saved()
  await ana.sees("Rain on the glass.")
  await ana.page.reload()
  const download = ana.page.waitForEvent("download")
  await offer.click()
  const file = await readFile(await (await download).path(), "utf8")
  expect(file).toContain("Endless Endless")
  expect(file).toContain("Rain on the glass.")
  await ana.page.reload()
  await ana.sees("Rain on the glass.")
  await ana.saved()
  await expect(offer).toHaveCount(0)
})

test("of two copies each is downloaded with a press of its own", async ({ relay, writer }) => {
  await relay.kill()
  await relay.run({ SCRIPTROOM_MAX_SYNC_BYTES: "30000", SCRIPTROOM_MAX_UPDATE_BYTES: "10000" })
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(`Title: Rain\nNotes: ${"Endless ".repeat(8_000)}\n\nINT. KITCHEN - DAY\n\nRain on the glass.\n`)
  const offer = ana.page.getByRole("button", { name: "Download the copy" })
  await expect(offer).toHaveCount(1)
  await ana.saved()
  // As if it had happened twice.
  await ana.page.evaluate(async () => {
    const result = <T>(request: IDBRequest<T>): Promise<T> => new Promise(resolve => request.addEventListener("success", () => resolve(request.result)))
    for (const { name } of await indexedDB.databases()) {
      const database = await result(indexedDB.open(name ?? ""))
      if (database.objectStoreNames.contains("kept")) {
        const kept = database.transaction("kept", "readwrite").objectStore("kept")
        for (const copy of await result(kept.getAll())) await result(kept.put({ ...copy, id: crypto.randomUUID() }))
      }
      database.close()
    }
  })
  await ana.page.reload()
  await expect(offer).toHaveCount(1)
  const downloads: string[] = []
  ana.page.on("download", download => downloads.push(download.suggestedFilename()))
  for (const press of [1, 2]) {
    const download = ana.page.waitForEvent("download")
    await offer.click()
    expect(await readFile(await (await download).path(), "utf8")).toContain("Endless Endless")
    await expect(offer).toHaveCount(2 - press)
    expect(downloads.length).toBe(press)
  }
  await ana.page.reload()
  await ana.saved()
  await expect(offer).toHaveCount(0)
})
