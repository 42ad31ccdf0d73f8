// The app as one of the editors that are measured: how a script comes to its relay, how it is opened and gone about in,
// and how somebody else writes in it. The others in `rivals.mjs` have the same functions.

import { imported } from "../../relay/content.mjs"
import * as Y from "yjs"

export const app = {
  name: "scriptroom",

  /** Puts the screenplay at the relay; its id. */
  async seed(relay, { fountain }) {
    return (await imported(relay, fountain)).id
  },

  address: (relay, id) => `${relay.origin}/s/${id}`,

  /** What is in the page once the script is to be seen and can be written in. */
  ready: ".cm-content[contenteditable=true] .cm-line.el-scene-heading",

  /** A new paragraph, so far into the script. */
  async goTo(page, part) {
    const scenes = page.locator(".scene")
    const count = await scenes.count()
    await scenes.nth(Math.min(count - 1, Math.floor(part * count))).click()
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
  },

  /** When all that was written is at the relay, and pages are counted: more than `least`. */
  async settled(page, least = 1) {
    await page.locator('.badge[data-state="saved"]').waitFor({ timeout: 120_000 })
    const counted = least => Number(document.querySelector(".statusline")?.dataset.pages) > least
    await page.waitForFunction(counted, least, { timeout: 120_000 })
  },

  /** When the browser knows the app: what the service worker fetches for the next time is here. */
  async known(page) {
    await page.waitForFunction(async () => (await navigator.serviceWorker.ready) && navigator.serviceWorker.controller !== null)
  },

  text: page => page.evaluate(() => document.querySelector(".cm-content").cmTile.root.view.state.doc.toString()),

  /** The scene that a peer writes in, so far into the script, and where in it: in the paragraph below its heading. */
  place(doc, part) {
    const strips = doc.getMap("strips")
    const keyed = [...strips].map(([id, strip]) => ({ key: `${strip.get("at")} ${id}`, text: strip.get("text") }))
    keyed.sort((one, other) => (one.key < other.key ? -1 : 1))
    const { text } = keyed[Math.min(keyed.length - 1, Math.floor(part * keyed.length))]
    const heading = text.toDelta()[0].insert
    return { text, at: typeof heading === "string" ? heading.length + 4 : 0 }
  },

  /** What a peer tells of itself whose caret is there. */
  presence(text, at) {
    const end = Buffer.from(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, at))).toString("base64")
    return { selection: { anchor: end, head: end } }
  },
}
