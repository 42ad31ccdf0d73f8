// A Worker that writes a script and answers with it, as somebody might who makes files of scripts on a server.
import { checkFinalDraft, checkPdf, init, openScript, readFountain } from "scriptroom"

export default {
  async fetch() {
    await init()
    const script = await openScript({
      id: "7f1d3a52-6b0e-4c8e-9a55-0f2d7f6c1e10",
      user: { name: "Ada", color: "#aa3300" },
      store: "none",
    })
    const insert = await readFountain("INT. KITCHEN - DAY\n\nRain.")
    script.edit([{ kind: "replace", from: 0, to: 0, insert }])
    script.edit([{ kind: "element", from: 0, to: 1, element: "scene-heading" }])
    const file = await script.exportFountain()
    await checkFinalDraft(await script.exportFinalDraft())
    await checkPdf((await script.exportPdf()).file)
    await script.close()
    return new Response(file)
  },
}
