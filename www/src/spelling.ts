// The browser checks spelling: it has the writer's languages and the words that they have taught it, and nothing is to be fetched. What it cannot
// know are the script's own names. They are marked as not to be checked, where they are in view; so are cues and scene headings.

import { paragraphsField } from "scriptroom/codemirror"
import { type EditorState, type Extension, type Range, RangeSet } from "@codemirror/state"
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view"
import { namedLines } from "./complete/lines"
import { type NamedLine, wordsInNames } from "./complete/names"

const known = Decoration.mark({ attributes: { spellcheck: "false" } })
const unchecked = Decoration.line({ attributes: { spellcheck: "false" } })
const names = new Set(["scene-heading", "character", "transition", "shot", "cast-list"])

/** Leaves the script's names out of what the browser checks. */
export function knownNames(): Extension {
  return ViewPlugin.fromClass(KnownNames, { decorations: plugin => plugin.decorations })
}

class KnownNames {
  decorations: DecorationSet

  constructor(view: EditorView) {
    this.decorations = decorate(view)
  }

  update({ view, changes, docChanged, viewportChanged, state, startState }: ViewUpdate): void {
    // Around a word that an input method puts together nothing comes or goes.
    if (view.composing) this.decorations = this.decorations.map(changes)
    else if (docChanged || viewportChanged || state.field(paragraphsField) !== startState.field(paragraphsField)) this.decorations = decorate(view)
  }
}

function decorate(view: EditorView): DecorationSet {
  const { state } = view
  const words = wordsOf(state)
  const paragraphs = state.field(paragraphsField)
  const ranges: Range<Decoration>[] = []
  for (const visible of view.visibleRanges) {
    for (let at = visible.from; at <= visible.to; ) {
      const line = state.doc.lineAt(at)
      if (names.has(paragraphs[line.number - 1]?.element ?? "")) ranges.push(unchecked.range(line.from))
      else ranges.push(...namesIn(line.text, line.from, words))
      at = line.to + 1
    }
  }
  return RangeSet.of(ranges, true)
}

/** The names in a line: in prose they have a capital, at least. */
function namesIn(text: string, offset: number, words: ReadonlySet<string>): Range<Decoration>[] {
  const found: Range<Decoration>[] = []
  for (const { 0: word, index } of text.matchAll(/\p{Lu}[\p{L}\p{M}]+/gu)) {
    if (words.has(word.toLocaleUpperCase())) found.push(known.range(offset + index, offset + index + word.length))
  }
  return found
}

const read = new WeakMap<readonly NamedLine[], ReadonlySet<string>>()

function wordsOf(state: EditorState): ReadonlySet<string> {
  const lines = namedLines(state)
  const before = read.get(lines)
  if (before) return before
  const words = wordsInNames(lines)
  read.set(lines, words)
  return words
}
