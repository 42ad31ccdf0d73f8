// What differs between two versions, as on paper: words that went and words that came, each with who did it where the relay
// says so, and what stayed folded away between.

import type { ElementType } from "scriptroom"
import type { Block, Hunk, Word } from "scriptroom/relay"
import { personNameHere } from "../account/people"
import { colorOf } from "../colors"
import { el } from "../dom"
import { elementLabel } from "../elements"
import { later } from "../words/later"

/** So many paragraphs beside a change are shown. */
const around = 1

/** A comparison that is ready to be shown. */
export interface Shown {
  readonly dom: HTMLElement
  /** What it comes to, in a sentence. */
  readonly summary: string
  /** Who wrote or deleted something in it. */
  readonly authors: readonly string[]
  /** The places that differ, in order. */
  readonly places: readonly HTMLElement[]
}

/** Shows hunks; `blocks` are the paragraphs of the newer version. */
export function showChanges(hunks: readonly Hunk[], blocks: readonly Block[]): Shown {
  const lines = hunks.flatMap((hunk, at) => (hunk.kind === "same" ? stayed(hunk, at, hunks.length, blocks) : [changed(hunk)]))
  const dom = el("div", { class: "cm-content", tabindex: 0, role: "document", "aria-label": later.history.whatChanged }, ...lines)
  const authors = new Set(hunks.flatMap(wordsOf).flatMap(word => (word.kind !== "same" && word.by) || []))
  const places = lines.filter(line => line.classList.contains("change"))
  return { dom, summary: summary(hunks), authors: [...authors], places }
}

function changed(hunk: Exclude<Hunk, { kind: "same" }>): HTMLElement {
  const line = el("div", { class: `cm-line el-${hunk.type} change ${hunk.kind}` }, ...wordsOf(hunk).map(word))
  if (hunk.kind === "changed" && hunk.type !== hunk.typeBefore) {
    line.append(el("span", { class: "retyped" }, later.history.was(elementLabel(hunk.typeBefore as ElementType))))
  }
  return line
}

function wordsOf(hunk: Hunk): readonly Word[] {
  if (hunk.kind === "same") return []
  if (hunk.kind === "changed") return hunk.words
  return hunk.words && hunk.words.length > 0 ? hunk.words : [{ kind: hunk.kind, text: hunk.text }]
}

function word({ kind, text, by }: Word): Node {
  if (kind === "same") return document.createTextNode(text)
  const name = by ? personNameHere(by) : null
  const title = kind === "added" ? (name ? later.history.added(name) : later.history.didAdd) : name ? later.history.removed(name) : later.history.didRemove
  const attributes = { title, style: by ? `--peer: ${colorOf(by)}` : "", class: by ? "by" : "" }
  // An empty paragraph that came or went has no words to show it by.
  return el(kind === "added" ? "ins" : "del", attributes, text === "" ? "¶" : text)
}

/** Paragraphs that are the same: those beside a change are shown, the others when asked for. */
function stayed(hunk: Extract<Hunk, { kind: "same" }>, at: number, hunks: number, blocks: readonly Block[]): HTMLElement[] {
  const same = blocks.slice(hunk.block, hunk.block + hunk.count).map(unchanged)
  const head = at === 0 ? 0 : Math.min(around, same.length)
  const tail = at === hunks - 1 ? 0 : Math.min(around, same.length - head)
  const folded = same.slice(head, same.length - tail)
  if (folded.length < 3) return same
  return [...same.slice(0, head), fold(folded), ...same.slice(same.length - tail)]
}

function fold(lines: readonly HTMLElement[]): HTMLElement {
  const open = (): void => {
    lines[0]?.setAttribute("tabindex", "-1")
    row.replaceWith(...lines)
    lines[0]?.focus()
  }
  const row = el("div", { class: "fold" }, el("button", { type: "button", onclick: open }, later.history.folded(lines.length)))
  return row
}

function unchanged({ type, children }: Block): HTMLElement {
  return el("div", { class: `cm-line el-${type} same` }, children.map(({ text }) => text).join(""))
}

function summary(hunks: readonly Hunk[]): string {
  const count = (kind: Hunk["kind"]): number => hunks.filter(hunk => hunk.kind === kind).length
  const parts = (["changed", "added", "removed"] as const).flatMap(kind => (count(kind) > 0 ? later.history.counted[kind](count(kind)) : []))
  return parts.length === 0 ? later.history.same : later.history.summary(parts)
}
