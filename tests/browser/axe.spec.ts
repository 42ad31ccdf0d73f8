// Every screen, in each theme, in front of axe-core: nothing that it calls serious or critical. On a phone nothing is wider than it.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { AxeResults } from "axe-core"
import { inTheme, type Screen, screens, themes, tooWide } from "./screens.ts"
import { expect, test, type Writer } from "./writer.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** What is wrong with the page as it is now, in each theme. */
async function expectAccessible(one: Writer): Promise<void> {
  for (const theme of themes) {
    await inTheme(one, theme)
    const found = await one.page.evaluate(async source => {
      if (!("axe" in window)) new Function(source)()
      return await (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run()
    }, axe)
    expect(found.passes.length).toBeGreaterThan(5)
    const wrong = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    const words = wrong.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`)
    expect(words, theme).toEqual([])
  }
}

function accessible(screen: Screen, isNarrow: boolean): void {
  test.describe(isNarrow ? "on a phone" : "on a computer", () => {
    if (screen.relaySettings) test.use({ relaySettings: screen.relaySettings })

    test(`axe finds nothing serious: ${screen.name}`, async ({ relay, writer }) => {
      const device = isNarrow ? { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } : {}
      const me = await writer({ name: "Ada", reducedMotion: "reduce", ...device })
      await screen.show({ relay, me, other: writer })
      if (isNarrow) await expect.poll(() => tooWide(me)).toEqual([])
      await expectAccessible(me)
    })
  })
}

for (const screen of screens) accessible(screen, false)
for (const name of ["script", "scenes", "scene-colors", "scene-color", "comments", "history-of-two", "scripts", "share", "view-only", "settings", "title-page", "production"]) {
  const screen = screens.find(screen => screen.name === name)
  if (!screen) throw new Error(`expected a screen ${name}`)
  accessible(screen, true)
}
