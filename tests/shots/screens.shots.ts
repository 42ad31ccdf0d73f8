// Every screen in every theme and size, one picture each, and a sheet with all of a screen's beside each other.

import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { inTheme, type Screen, screens, themes, tooWide } from "../browser/screens.ts"
import { expect, test, type WriterOptions } from "../browser/writer.ts"

const folder = join(import.meta.dirname, "../../target/shots")

interface Device {
  readonly name: string
  readonly options: WriterOptions & { readonly viewport: { readonly width: number; readonly height: number } }
}

const devices: readonly Device[] = [
  { name: "phone", options: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } },
  { name: "tablet", options: { viewport: { width: 820, height: 1100 }, hasTouch: true } },
  { name: "laptop", options: { viewport: { width: 1280, height: 860 } } },
  { name: "4k", options: { viewport: { width: 3840, height: 2160 } } },
]

function pictures(screen: Screen, device: Device): void {
  test.describe(() => {
    if (screen.relaySettings) test.use({ relaySettings: screen.relaySettings })

    test(`${screen.name}, ${device.name}`, async ({ relay, writer }) => {
      const me = await writer({ name: "Ada", reducedMotion: "reduce", ...device.options })
      await screen.show({ relay, me, other: writer })
      await expect.poll(() => tooWide(me)).toEqual([])
      for (const theme of themes) {
        await inTheme(me, theme)
        await me.page.screenshot({ path: join(folder, screen.name, `${device.name}-${theme}.png`), caret: "initial", animations: "disabled" })
      }
    })
  })
}

for (const screen of screens) for (const device of devices) pictures(screen, device)

test.afterAll(async () => {
  await mkdir(folder, { recursive: true })
  for (const { name } of screens) await writeFile(join(folder, `${name}.html`), sheet(name))
})

/** A page with all pictures of a screen. */
function sheet(name: string): string {
  const row = (device: Device): string =>
    `<section><h2>${device.name}</h2>${themes.map(theme => `<img src="${name}/${device.name}-${theme}.png" alt="${theme}">`).join("")}</section>`
  const style = "body{font:14px sans-serif;background:#888}section{display:inline-block;vertical-align:top;margin:8px}img{height:420px;margin:2px}"
  return `<!doctype html><meta charset="utf-8"><title>${name}</title><style>${style}</style><h1>${name}</h1>${devices.map(row).join("")}`
}
