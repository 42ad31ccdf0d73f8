// The element types as a writer meets them: names, shortcuts, and which one Enter and Tab lead to
// (the table of a screenplay program, see `flow`).

import type { ElementType } from "scriptroom"
import { ui } from "./words/ui"

/** What Enter and Tab do in an element. */
export interface Flow {
  /** The element of the paragraph that Enter makes at the end of this one. */
  readonly enter: ElementType
  /** The element that Tab leads to. */
  readonly tab: ElementType
  /** The element that Shift-Tab goes back to. */
  readonly back: ElementType
}

const action: Flow = { enter: "action", tab: "character", back: "scene-heading" }
const plain = (element: ElementType): Flow => ({ enter: element, tab: element, back: "action" })

const flows: Readonly<Record<ElementType, Flow>> = {
  "scene-heading": { enter: "action", tab: "action", back: "transition" },
  action,
  character: { enter: "dialogue", tab: "transition", back: "action" },
  parenthetical: { enter: "dialogue", tab: "dialogue", back: "dialogue" },
  dialogue: { enter: "action", tab: "parenthetical", back: "character" },
  transition: { enter: "scene-heading", tab: "scene-heading", back: "character" },
  shot: { enter: "action", tab: "action", back: "action" },
  general: plain("general"),
  lyrics: { enter: "lyrics", tab: "parenthetical", back: "character" },
  centered: { enter: "action", tab: "action", back: "action" },
  "cast-list": { enter: "action", tab: "action", back: "action" },
  "new-act": { enter: "scene-heading", tab: "scene-heading", back: "action" },
  "end-of-act": { enter: "new-act", tab: "new-act", back: "action" },
  section: { enter: "action", tab: "synopsis", back: "action" },
  synopsis: { enter: "action", tab: "action", back: "section" },
  note: { enter: "action", tab: "action", back: "action" },
  boneyard: plain("boneyard"),
  "page-break": { enter: "action", tab: "action", back: "action" },
}

/** All element types, the ones with a shortcut first. */
export const elementTypes = Object.keys(flows) as readonly ElementType[]

/** The elements that Mod-1 … Mod-8 set, in that order. */
export const numbered: readonly ElementType[] = elementTypes.slice(0, 8)

/** The flow of an element; one that this version does not know behaves like action. */
export function flow(element: ElementType): Flow {
  return flows[element] ?? action
}

/** An element's name for people. */
export function elementLabel(element: ElementType): string {
  return ui.elements[element] ?? element
}

/** Elements whose Enter in the middle makes two of the same, and whose text a writer reads as one stretch. */
export function splitsIntoItself(element: ElementType): boolean {
  return !["character", "scene-heading", "transition", "parenthetical"].includes(element)
}

const headingStart = /^(int|ext|est|int\.?\/ext|ext\.?\/int|i\/e)[. ]$/i

/** Whether what stands before the caret has just become the start of a scene heading: `int.`, `EXT `, `i/e.` */
export function opensHeading(textBeforeCaret: string): boolean {
  return headingStart.test(textBeforeCaret)
}
