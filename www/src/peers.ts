// The others who are in the script: one avatar each, and a menu of those for whom there is no room. A click follows a writer, another stops.
// Names and colours come from other people's browsers, so they are checked here again.

import type { Peer } from "scriptroom"
import { attachMenu } from "./dialogs"
import { el } from "./dom"
import { locale, ui } from "./words/ui"

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
    const shown = peers.slice(0, shownAtMost)
    const followed = peers.find(peer => peer.clientId === this.followed)
    if (followed && !shown.includes(followed)) shown[shownAtMost - 1] = followed
    const avatars = shown.map(peer => el("li", {}, this.avatar(peer)))
    const left = peers.filter(peer => !shown.includes(peer))
    if (left.length > 0) avatars.push(el("li", {}, this.rest(left)))
    const focused = (document.activeElement as HTMLElement | null)?.dataset?.peer
    this.dom.replaceChildren(...avatars)
    if (focused) this.avatarOf(focused)?.focus()
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

  private follow(client: number): void {
    this.stopFollowing()
    this.followed = client
    this.draw(this.peers)
    this.avatarOf(client)?.focus()
    const selection = this.selectionOf(client)
    if (selection) this.onFollow(selection.head)
  }

  private avatarOf(client: string | number): HTMLElement | null {
    return this.dom.querySelector(`[data-peer="${CSS.escape(String(client))}"]`)
  }

  /** Those for whom there is no room: a menu of them. */
  private rest(left: readonly Peer[]): HTMLElement {
    const names = left.map(peer => displayName(peer.name))
    const title = new Intl.ListFormat(locale).format(names)
    const button = el("button", { type: "button", class: "avatar more", title, "aria-label": ui.peers.more(left.length) }, `+${left.length}`)
    return attachMenu(button, () => left.map(({ clientId }, at) => ({ label: ui.peers.follow(names[at] ?? ""), run: () => this.follow(clientId) })))
  }

  private avatar(peer: Peer): HTMLElement {
    const name = displayName(peer.name)
    const following = peer.clientId === this.followed
    const toggle = (): void => (this.followed === peer.clientId ? this.stopFollowing() : this.follow(peer.clientId))
    return el(
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
