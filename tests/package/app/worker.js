// A Worker that writes a script and answers with it, as somebody might who makes files of scripts on a server.
import { init, openScript } from "scriptroom"

export default {
  async fetch() {
    await init()
    const script = await openScript({
      id: "7f1d3a52-6b0e-4c8e-9a55-0f2d7f6c1e10",
      user: { name: "Ada", color: "#aa3300" },
      store: "none",
    })
    script.edit([{ kind: "replace", from: 0, to: 0, insert: [{ text: "INT. KITCHEN - DAY" }, { text: "Rain.", element: "action" }] }])
    script.edit([{ kind: "element", from: 0, to: 1, element: "scene-heading" }])
    const file = await script.exportFountain()
    await script.close()
    return new Response(file)
  },
}
