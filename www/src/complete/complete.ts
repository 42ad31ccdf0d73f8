// Completion from the script itself: who speaks, their extensions, places, times of day, transitions. What is offered is only
// ever what is being typed; Escape sends it away, one undo takes it back, and the menu switches it off.

import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete"
import { EditorState, type Extension } from "@codemirror/state"
import { currentElement } from "../keys"
import { loadSettings } from "../settings"
import { namedLines } from "./lines"
import { byCount, cueExtensions, headingParts, speakers } from "./names"

const usualExtensions = ["V.O.", "O.S.", "O.C.", "CONT'D", "PRE-LAP", "ON PHONE", "SUBTITLED"]
const usualPrefixes = ["INT.", "EXT.", "INT./EXT.", "EXT./INT.", "EST."]
const usualTimes = ["DAY", "NIGHT", "MORNING", "EVENING", "CONTINUOUS", "LATER", "MOMENTS LATER", "DAWN", "DUSK"]
const usualTransitions = ["CUT TO:", "DISSOLVE TO:", "SMASH CUT TO:", "MATCH CUT TO:", "JUMP CUT TO:", "FADE IN:", "FADE OUT.", "FADE TO BLACK."]

/** What can stand from an offset to the caret. */
interface Offer {
  readonly from: number
  readonly texts: readonly string[]
  /** What comes behind what was chosen. */
  readonly after?: string
}

/** Offers what the script has already. */
export function completions(): Extension {
  const look = { icons: false, maxRenderedOptions: 8, activateOnTypingDelay: 0, tooltipClass: () => "completions" }
  // Where nothing is ever offered nobody asks: each question is an update of the editor more.
  return [autocompletion(look), EditorState.languageData.of(state => (completed.has(currentElement(state)) ? offering : nothing))]
}

const completed: ReadonlySet<string> = new Set(["character", "scene-heading", "transition"])
const offering = [{ autocomplete: complete }]
const nothing: typeof offering = []

function complete({ state, pos, explicit }: CompletionContext): CompletionResult | null {
  if (!loadSettings().completes && !explicit) return null
  const line = state.doc.lineAt(pos)
  // In the middle of a line somebody mends it: nothing is to be in the way.
  if (line.text.slice(pos - line.from).trim() !== "") return null
  const offer = offerFor(state, line.text.slice(0, pos - line.from), line.number - 1)
  return offer && fitting(offer, line.from + offer.from, state.sliceDoc(line.from + offer.from, pos), explicit)
}

/** What of an offer goes on from what is typed. The script is read once, and not again for the letters that follow. */
function fitting(offer: Offer, from: number, typed: string, explicit: boolean): CompletionResult | null {
  const start = typed.toLocaleUpperCase()
  if (start === "" && !explicit) return null
  // What is typed in full needs no help, and Enter goes on.
  if (offer.texts.includes(start) && !explicit) return null
  const texts = offer.texts.filter(text => text.startsWith(start) && text !== start)
  if (texts.length === 0) return null
  const options = texts.map((label, index): Completion => ({ label, apply: label + (offer.after ?? ""), boost: -index }))
  const update: NonNullable<CompletionResult["update"]> = (_before, from, to, { state }) =>
    fitting(offer, from, state.sliceDoc(from, to), explicit)
  return { from, options, filter: false, update }
}

function offerFor(state: EditorState, before: string, at: number): Offer | null {
  switch (currentElement(state)) {
    case "character":
      return cueOffer(state, before, at)
    case "scene-heading":
      return headingOffer(state, before, at)
    case "transition":
      return { from: 0, texts: withUsual(linesOf(state, "transition", at), usualTransitions) }
    default:
      return null
  }
}

function cueOffer(state: EditorState, before: string, at: number): Offer {
  const bracket = before.lastIndexOf("(")
  if (bracket < 0) return { from: 0, texts: speakers(namedLines(state), at) }
  const known = linesOf(state, "character", at).flatMap(cueExtensions)
  return { from: bracket + 1, texts: withUsual(known, usualExtensions), after: ")" }
}

function headingOffer(state: EditorState, before: string, at: number): Offer {
  const dash = before.lastIndexOf(" - ")
  const headings = linesOf(state, "scene-heading", at).map(headingParts)
  if (dash >= 0) return { from: dash + 3, texts: withUsual(headings.map(({ time }) => time), usualTimes) }
  const start = /^\s*[a-z./]+[. ]\s*/i.exec(before)?.[0] ?? ""
  const { prefix } = headingParts(start)
  if (prefix === "") return { from: 0, texts: usualPrefixes, after: " " }
  // A place that was seen from inside is likelier to be inside again.
  const [same, other] = [headings.filter(one => one.prefix === prefix), headings.filter(one => one.prefix !== prefix)]
  const places = [...byCount(same.map(one => one.location)), ...byCount(other.map(one => one.location))]
  return { from: start.length, texts: [...new Set(places)].filter(place => place !== "") }
}

function withUsual(known: readonly string[], usual: readonly string[]): readonly string[] {
  return [...new Set([...byCount(known.map(text => text.trim().toLocaleUpperCase()).filter(text => text !== "")), ...usual])]
}

/** The texts of an element's paragraphs, all but the one that is being written. */
function linesOf(state: EditorState, element: string, but: number): readonly string[] {
  return namedLines(state).flatMap((line, index) => (line.element === element && index !== but ? line.text : []))
}
