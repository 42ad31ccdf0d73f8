// Parts of the app that come when they are wanted: opening a script does not wait for them. What is typed while one is on its way
// is meant for it.

import { toast } from "./dialogs"
import { ui } from "./words/ui"

/** Somebody who has seen nothing come by then writes on where they were. */
const patienceMs = 2_000

/** Does something with a part when it is there. Letters and Enter that were typed until then go to what has the focus afterwards; Escape
 * gives up on the part, and leaves them in the script. */
export function lazily<Part>(part: Promise<Part>, use: (part: Part) => void): void {
  const letters = new HeldLetters()
  const { href } = location
  part.then(
    part => {
      if (letters.givenUp) return
      // Who has gone elsewhere meanwhile has left the script that it is about.
      if (location.href === href) use(part)
      letters.type()
    },
    () => {
      letters.type()
      toast(ui.common.notLoaded)
    },
  )
}

/** The letters typed since, and Enter, kept from whatever has the focus. */
class HeldLetters {
  givenUp = false
  private readonly keys: string[] = []
  private readonly patience = setTimeout(() => this.type(), patienceMs)

  constructor() {
    addEventListener("keydown", this.hold, true)
  }

  /** Lets keys through again, and types what was held. */
  type(): void {
    clearTimeout(this.patience)
    removeEventListener("keydown", this.hold, true)
    for (const key of this.keys.splice(0)) {
      if (key !== "Enter") document.execCommand("insertText", false, key)
      else document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))
    }
  }

  private readonly hold = (event: KeyboardEvent): void => {
    const { key } = event
    const isShortcut = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph")
    const isLetter = [...key].length === 1
    if (event.isComposing || isShortcut || !(isLetter || ["Enter", "Tab", "Backspace", "Escape"].includes(key))) return
    event.preventDefault()
    event.stopPropagation()
    if (isLetter || key === "Enter") this.keys.push(key)
    else if (key === "Backspace") this.keys.pop()
    else if (key === "Escape") {
      this.givenUp = true
      this.type()
    }
  }
}
