// The badge that says where the writer's words are. It never claims more than is durable:
// "saved" means that the relay has them on disk.

import type { Status } from "scriptroom"
import { el } from "./dom"

type BadgeState = "saved" | "saving" | "offline" | "problem"

interface BadgeView {
  readonly state: BadgeState
  readonly words: string
  /** The whole story, for a tooltip and for screen readers. */
  readonly detail: string
}

/** Each key is on disk within a few frames: for somebody who types the badge says "Saving…" until they pause, and does
 * not flicker, nor is drawn anew twice a key. */
const calmMs = 400

/** Draws the status of a script. */
export class Badge {
  private readonly words = el("span", { class: "badge-words" })
  readonly dom = el("span", { class: "badge", role: "status", "aria-live": "off" }, this.words)
  private shown: BadgeView | null = null
  private calm: ReturnType<typeof setTimeout> | undefined

  /** `isOnlyHere`: no relay is to have the script. */
  constructor(private readonly isOnlyHere = false) {}

  /** Shows a status: at once, but that everything is kept again only when it stays so for a moment. */
  show(status: Status): void {
    const view = badgeView(status, this.isOnlyHere)
    clearTimeout(this.calm)
    const isKept = view.state === "saved" || view.state === "offline"
    if (isKept && this.shown?.state === "saving") this.calm = setTimeout(() => this.draw(view), calmMs)
    else this.draw(view)
  }

  private draw(view: BadgeView): void {
    const { shown } = this
    this.shown = view
    if (shown?.words === view.words && shown.detail === view.detail) return
    this.dom.dataset.state = view.state
    this.dom.title = view.detail
    this.words.textContent = view.words
  }
}

/** What a status is in words. */
export function badgeView(status: Status, isOnlyHere = false): BadgeView {
  if (status.kind === "refused") {
    return { state: "problem", words: "Problem", detail: status.reason ?? "The relay refused the connection." }
  }
  if (status.device === "unavailable") {
    return {
      state: "problem",
      words: "Not kept on this device",
      detail: "This browser lets nothing be stored here. What the relay has not yet got is lost when the page closes.",
    }
  }
  if (isOnlyHere) {
    return status.device === "writing"
      ? { state: "saving", words: "Saving…", detail: "Your changes are on their way to this device's disk." }
      : { state: "offline", words: "On this device", detail: "This script is on this device only. Sign in to have it in your scripts, too." }
  }
  if (status.kind === "connecting") {
    return { state: "saving", words: "Connecting…", detail: "Looking for the relay. What you type is kept on this device." }
  }
  if (status.kind === "offline" && status.device === "writing") {
    return { state: "saving", words: "Saving on this device…", detail: "You are offline. Your changes are on their way to this device's disk." }
  }
  if (status.kind === "offline") {
    return status.unsaved > 0
      ? { state: "offline", words: "Offline – changes saved on this device", detail: "Your changes go out when you are back online." }
      : { state: "offline", words: "Offline", detail: "What you type is kept on this device until you are back online." }
  }
  if (status.kind === "syncing" || status.device === "writing" || status.unsaved > 0) {
    return { state: "saving", words: "Saving…", detail: "Changes are on their way to the relay, and kept on this device." }
  }
  if (status.transport === "http") {
    return {
      state: "saved",
      words: "Saved – no live connection",
      detail: "Everything is stored by the relay. This network lets no live connection through: what others write comes some seconds later, and their cursors are not shown.",
    }
  }
  return { state: "saved", words: "Saved", detail: "Everything is stored by the relay." }
}
