// A script's title in the lists that the relay keeps: it follows the title page, where writers change it.

import { relay } from "./account/account"
import type { ScriptId } from "./route"

/** The relay's own word for a script without a title. */
const untitled = "Untitled"

/** Tells the relay a script's title when it is another than the relay has. */
export class CardTitle {
  private wanted: string | null = null
  private told: string | null = null
  private telling = false

  constructor(private readonly id: ScriptId) {}

  /** Sees to it that the relay has this title. What fails is tried again with the next change or connection. */
  tell(title: string): void {
    this.wanted = title || untitled
    if (this.telling || this.wanted === this.told) return
    this.telling = true
    const before = this.wanted
    void this.ask(before).finally(() => {
      this.telling = false
      // It was changed again while the relay was asked.
      if (this.wanted !== null && this.wanted !== before) this.tell(this.wanted)
    })
  }

  private async ask(title: string): Promise<void> {
    const card = relay.script(this.id)
    try {
      // A title that is set counts as a change, also when it was the same: it would put the script first in everybody's list.
      if ((await card.card()).title !== title) await card.rename(title)
      this.told = title
    } catch (error) {
      console.warn("the title in the relay's lists is not told yet:", error)
    }
  }
}
