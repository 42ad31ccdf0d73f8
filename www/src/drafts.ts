// What somebody has begun to write beside the script and not handed in: a comment, the title page. Nobody else has it, and it goes
// with the page.

/** What a field for such words has as an attribute. What stands in it from the beginning is its `defaultValue`. */
export const draftField = "data-draft"

/** Whether there is any. */
export function hasDrafts(): boolean {
  const fields = document.querySelectorAll<HTMLTextAreaElement>(`[${draftField}]`)
  return [...fields].some(field => field.value.trim() !== field.defaultValue.trim())
}
