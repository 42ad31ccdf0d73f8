// The others who are in the script: one avatar each. A click follows a writer, another stops.
// Names and colours come from other people's browsers, so they are checked here again.

import type { Peer } from "scriptroom"
import { el } from "./dom"
import { ui } from "./words/ui"

const shownAtMost = 5

/** The avatars. */
export class Peers {
  readonly dom = el("ul", { class: "peers", "aria-label": ui.peers.list })
  private followed: number | null = null
  private typing: ReadonlySet<number> = new Set()
  private peers: readonly Peer[] = []

  /** `onFollow` hears where a followed writer is, each time that this changes. */
  constructor(private readonly onFollow: (offset: number) => void) {}

  show(peers: readonly Peer[]): void {
    const before = this.peers
    this.peers = peers
    if (!peers.some(peer => peer.clientId === this.followed)) this.followed = null
    // With each key of theirs they tell where they are, and seldom who.
    if (peers.length !== before.length || !peers.every((peer, index) => isSame(peer, before[index]))) this.draw(peers)
    const target = this.selectionOf(this.followed)
    if (target) this.onFollow(target.head)
  }

  private draw(peers: readonly Peer[]): void {
    const avatars = peers.slice(0, shownAtMost).map(peer => el("li", {}, this.avatar(peer)))
    const left = peers.length - avatars.length
    if (left > 0) avatars.push(el("li", {}, el("span", { class: "avatar more", title: ui.peers.more(left) }, `+${left}`)))
    const focused = (document.activeElement as HTMLElement | null)?.dataset?.peer
    this.dom.replaceChildren(...avatars)
    if (focused) this.dom.querySelector<HTMLElement>(`[data-peer="${CSS.escape(focused)}"]`)?.focus()
  }

  private selectionOf(client: number | null): Peer["selection"] {
    return this.peers.find(peer => peer.clientId === client)?.selection ?? null
  }

  /** Marks those who are typing. */
  showTyping(typing: ReadonlySet<number>): void {
    this.typing = typing
    for (const avatar of this.dom.querySelectorAll<HTMLElement>("[data-peer]")) avatar.classList.toggle("typing", typing.has(Number(avatar.dataset.peer)))
  }

  /** Ends following: the writer has gone somewhere. */
  stopFollowing(): void {
    this.followed = null
    this.dom.querySelector('[aria-pressed="true"]')?.setAttribute("aria-pressed", "false")
  }

  private avatar(peer: Peer): HTMLElement {
    const name = displayName(peer.name)
    const following = peer.clientId === this.followed
    const toggle = (): void => {
      const wasFollowed = this.followed === peer.clientId
      this.stopFollowing()
      if (wasFollowed) return
      this.followed = peer.clientId
      button.setAttribute("aria-pressed", "true")
      const selection = this.selectionOf(peer.clientId)
      if (selection) this.onFollow(selection.head)
    }
    const button = el(
      "button",
      {
        type: "button",
        class: this.typing.has(peer.clientId) ? "avatar typing" : "avatar",
        style: `--peer: ${displayColor(peer.color)}`,
        title: ui.peers.followHint(name),
        "aria-label": ui.peers.follow(name),
        "aria-pressed": String(following),
        "data-peer": peer.clientId,
        // Drawn: as text of the button they would be a name that it does not have.
        "data-initials": initials(name),
        onclick: toggle,
      },
    )
    return button
  }
}

/** Whether a peer is drawn as before. */
function isSame(peer: Peer, before: Peer | undefined): boolean {
  return peer.clientId === before?.clientId && peer.name === before.name && peer.color === before.color
}

/** A name fit to show: one line, not endless, never empty. */
export function displayName(name: string): string {
  return name.replace(/\s+/g, " ").trim().slice(0, 40) || ui.common.guest
}

/** A colour fit to be put into a style. */
export function displayColor(color: string): string {
  return /^#[0-9a-f]{6}$/i.test(color) ? color : "#625c53"
}

function initials(name: string): string {
  const words = name.split(" ")
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : undefined]
  return letters.map(word => [...(word ?? "")][0] ?? "").join("").toUpperCase()
}
