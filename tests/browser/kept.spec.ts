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
