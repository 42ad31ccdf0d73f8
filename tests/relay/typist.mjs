// Somebody who types on and on at a stock peer's caret, whatever happens to the script around it.
import * as Y from "yjs"
import { plain, stripWith } from "./content.mjs"

/** How long after a letter the next one comes: faster than anybody types. */
const PAUSE_MS = 15

/**
 * Begins to type before these words, a letter at a time. No letter is like another: each is written as `‹name12›`,
 * so that one that is gone, or there twice, is found.
 */
export function startTyping(one, words, name) {
  const letters = []
  const waiting = new Set()
  let caret = at(stripWith(one.doc, words), (strip) => plain(strip).indexOf(words))
  const timer = setInterval(stroke, PAUSE_MS)

  function stroke() {
    const found = Y.createAbsolutePositionFromRelativePosition(caret, one.doc)
    // Where the strip is gone with the caret in it, an editor's caret goes to what is left.
    const here = found && isThere(found.type) ? found : { type: firstStrip(), index: 1 }
    const letter = `‹${name}${letters.length}›`
    here.type.insert(here.index, letter)
    caret = at(here.type, () => here.index + letter.length)
    letters.push(letter)
    for (const look of waiting) look()
  }

  const firstStrip = () => [...one.doc.getMap("strips").values()][0].get("text")
  const isThere = (strip) => [...one.doc.getMap("strips").values()].some((entry) => entry.get("text") === strip)

  return {
    /** What was typed, in order. */
    letters,
    /** A promise of so many more letters. */
    typed(count) {
      const goal = letters.length + count
      return new Promise((resolve) => {
        const look = () => letters.length >= goal && (waiting.delete(look), resolve())
        waiting.add(look)
      })
    },
    stop: () => clearInterval(timer),
  }
}

const at = (strip, index) => Y.createRelativePositionFromTypeIndex(strip, index(strip), -1)
