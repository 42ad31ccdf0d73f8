// The objects of `pkg/src/document-types.ts` and `types.ts`, as wasm asks for them: one call makes a whole object, where setting each field
// would be a call for each. Which argument is what says `objects.rs`.

export function change(update, text, paragraphs, formats, scenes, entries, selection) {
  return { update, text, paragraphs, formats, scenes, entries, selection }
}

export function textChange(from, to, insert) {
  return { from, to, insert }
}

export function paragraphsChange(from, removed, inserted) {
  return { from, removed, inserted }
}

export function paragraphInfo(element, scene = null, sceneNumber = null, dual, depth, joined, omitted, color = null, source = null, length) {
  return { element, scene, sceneNumber, dual, depth, joined, omitted, color, source, length }
}

export function formatChange(from, to, runs) {
  return { from, to, runs }
}

export function styledRange(from, to, styles) {
  return { from, to, styles }
}

export function sceneChanges(added, removed, moved, changed) {
  return { added, removed, moved, changed }
}

export function selection(anchor, head) {
  return { anchor, head }
}

export function scene(id, heading, number = null, color = null, paragraph, offset, paragraphs) {
  return { id, heading, number, color, paragraph, offset, paragraphs }
}

export function titleEntry(key, lines) {
  return { key, lines }
}

export function comment(id, author = null, mine, text, timeMs, editedMs = null) {
  return { id, author, mine, text, timeMs, editedMs }
}

export function thread(id, quote, place, from, to, resolved, comments) {
  return { id, quote, place, range: place === "at" ? { from, to } : null, resolved, comments }
}
