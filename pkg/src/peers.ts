/**
 * Who else is in the script: those whom the relay tells of, and the other tabs of this browser.
 *
 * A peer's selection comes as positions in the text. They are looked up once the text that they stand in is here, and
 * from then on move with its changes.
 */

import type { TextChange } from "./document-types.ts"
import { mapOffset } from "./offsets.ts"
import { decodePresence, type PeerState, resolvePeer } from "./presence.ts"
import type { Peer } from "./types.ts"

/** What the peers need of the script that they are in. */
export interface PeersHost {
  /** Which client this is: it is no peer of its own. */
  readonly clientId: number
  /** Where a position is now, if its text is here. */
  resolve(position: Uint8Array): number | undefined
  shown(peers: readonly Peer[]): void
}

/** The others. */
export class Peers {
  readonly #host: PeersHost
  readonly #tabs = new Set<number>()
  #peers: readonly PeerState[] = []

  constructor(host: PeersHost) {
    this.#host = host
  }

  get list(): readonly Peer[] {
    return this.#peers
  }

  /** All whom the relay tells of, as pairs of a client id and its state; the tabs of this browser are known apart. */
  takeAll(pairs: readonly (number | string)[]): void {
    const others: PeerState[] = []
    for (let at = 0; at < pairs.length; at += 2) {
      const client = pairs[at] as number
      if (client === this.#host.clientId || this.#tabs.has(client)) continue
      const peer = decodePresence(client, pairs[at + 1] as string)
      if (peer) others.push(peer)
    }
    this.#show([...this.#peers.filter(peer => this.#tabs.has(peer.clientId)), ...others])
  }

  /** One tab of this browser; `null` when it has gone. */
  takeTab(client: number, state: string | null): void {
    if (client === this.#host.clientId) return
    const peer = state === null ? null : decodePresence(client, state)
    if (peer) this.#tabs.add(client)
    else this.#tabs.delete(client)
    const others = this.#peers.filter(({ clientId }) => clientId !== client)
    this.#show(peer ? [...others, peer] : others)
  }

  /** What came in may have brought the text in which a peer's caret stands. */
  resolve(): void {
    if (this.#peers.some(peer => peer.unresolved)) this.#show(this.#peers)
  }

  /** A place that was sent sticks to what stands behind it, so what is typed there pushes it on. */
  map(changes: readonly TextChange[]): void {
    this.#peers = this.#peers.map(peer => {
      if (!peer.selection) return peer
      const { anchor, head } = peer.selection
      return { ...peer, selection: { anchor: mapOffset(anchor, changes, 1), head: mapOffset(head, changes, 1) } }
    })
  }

  #show(peers: readonly PeerState[]): void {
    this.#peers = peers.map(peer => resolvePeer(peer, position => this.#host.resolve(position)))
    this.#host.shown(this.#peers)
  }
}
