// The badge that says where the writer's words are. It never claims more than is durable:
// "saved" means that the relay has them on disk.

import type { ScriptHandle } from "scriptroom"
import { el } from "./dom"
import { mayComment } from "./roles"
import { ui } from "./words/ui"

type BadgeState = "saved" | "saving" | "offline" | "problem"

/** What of a script the badge tells of. The status does not count what the relay lacks of the comments. */
type Standing = Pick<ScriptHandle, "status" | "threads" | "role">

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
  /** What is not as it should be, for where the badge itself has no room for words. */
  readonly line = el("span", { class: "badge-line", "aria-hidden": "true" })
  private shown: BadgeView | null = null
  /** What it says when nothing else has been shown for a moment. */
  private coming: BadgeView | null = null
  private calm: ReturnType<typeof setTimeout> | undefined

  /** `isOnlyHere`: no relay is to have the script. */
  constructor(private readonly isOnlyHere = false) {}

  /** Shows how the script stands: at once, but that everything is kept again only when it stays so for a moment. */
  show(script: Standing): void {
    const view = badgeView(script, this.isOnlyHere)
    clearTimeout(this.calm)
    const { shown } = this
    // How many changes are under way is another number with each key, and read by whoever looks closely.
    const isDetail = view.state === shown?.state && view.words === shown.words
    this.coming = isDetail || (saysKept(view) && shown?.state === "saving") ? view : null
    if (this.coming) this.calm = setTimeout(() => this.draw(view), calmMs)
    else this.draw(view)
  }

  /** Whether it says that all words are kept, or soon will: where that ends it is to be shown at once. */
  get saysKept(): boolean {
    return saysKept(this.shown) || saysKept(this.coming)
  }

  /** How a script stands now, in whole sentences. */
  said(script: Standing): string {
    const { words, detail } = badgeView(script, this.isOnlyHere)
    return `${words}. ${detail}`
  }

  private draw(view: BadgeView): void {
    const { shown } = this
    this.shown = view
    this.coming = null
    if (shown?.state !== view.state) this.dom.dataset.state = view.state
    if (shown?.detail !== view.detail) this.dom.title = view.detail
    if (shown?.words === view.words) return
    this.words.textContent = view.words
    this.line.textContent = view.state === "offline" || view.state === "problem" ? view.words : ""
  }
}

const saysKept = (view: BadgeView | null): boolean => view?.state === "saved" || view?.state === "offline"

/** How a script stands, in words. */
export function badgeView({ status, threads, role }: Standing, isOnlyHere: boolean): BadgeView {
  const { badge } = ui
  const comments = threads.unsaved
  if (status.kind === "refused") return { state: "problem", words: badge.problem, detail: status.reason ?? badge.refused }
  if (status.device === "unavailable") return { state: "problem", words: badge.notKept, detail: badge.notKeptWhy }
  if (isOnlyHere) {
    return status.device === "writing"
      ? { state: "saving", words: badge.saving, detail: badge.toDisk }
      : { state: "offline", words: badge.here, detail: badge.hereWhy }
  }
  if (status.kind === "connecting") return { state: "saving", words: badge.connecting, detail: badge.connectingWhy }
  if (status.kind === "offline" && status.device === "writing") {
    return { state: "saving", words: badge.savingHere, detail: badge.savingHereWhy }
  }
  if (status.kind === "offline") {
    return status.unsaved + comments > 0
      ? { state: "offline", words: badge.offlineSaved, detail: badge.offlineSavedWhy }
      : { state: "offline", words: badge.offline, detail: badge.offlineWhy }
  }
  const isSaving = status.kind === "syncing" || status.device === "writing" || status.unsaved > 0
  if (!isSaving && comments > 0) {
    if (!mayComment(role)) return { state: "offline", words: badge.commentsWait, detail: badge.commentsMayNotWhy }
    // Requests carry the script alone.
    if (status.transport === "http") return { state: "offline", words: badge.commentsWait, detail: badge.commentsWaitWhy }
  }
  if (isSaving || comments > 0) return { state: "saving", words: badge.saving, detail: badge.savingWhy(status.unsaved + comments) }
  if (status.transport === "http") return { state: "saved", words: badge.notLive, detail: badge.notLiveWhy }
  return { state: "saved", words: badge.saved, detail: badge.savedWhy }
}
