// Those who come while the writer is here: each is named once to screen readers, and with the first of them the writer is asked for a name.

import type { Peer } from "scriptroom"
import { toast } from "./dialogs"
import { displayName } from "./peers"
import { loadPerson } from "./saved"
import { ui } from "./words/ui"

/** Who has come to a script since it was shown. */
export class Newcomers {
  private readonly greeted = new Set<number>()
  private isAsked = false

  /** `askName` opens the dialog for the writer's own name. */
  constructor(
    private readonly announce: (words: string) => void,
    private readonly askName: () => void,
  ) {}

  /** These are here now. */
  greet(peers: readonly Peer[]): void {
    const came = peers.filter(peer => !this.greeted.has(peer.clientId))
    if (came.length === 0) return
    for (const peer of came) this.greeted.add(peer.clientId)
    this.announce(ui.peers.arrived(came.map(peer => displayName(peer.name)).join(", "), came.length))
    if (loadPerson().chosen || this.isAsked) return
    this.isAsked = true
    toast(ui.peers.notAlone, { label: ui.peers.sayWho, run: this.askName })
  }
}
