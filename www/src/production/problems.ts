// What does not count of a production, and why, in words: settings that are out of their range, locks that a moved scene left.

import type { ElementType, LockProblem, PageProblem } from "scriptroom"
import { elementLabel, elementTypes } from "../elements"
import { later } from "../words/later"

const words = later.production

/** A problem in words. */
export function saidOf(problem: PageProblem | LockProblem): string {
  if ("page" in problem) return words[problem.kind](problem.page)
  if (problem.kind === "unknown") return words.unknown(problem.field)
  const setting = settingLabel(problem.field)
  if (problem.kind === "range") return words.range(setting, problem.from, problem.to, problem.got)
  return words.wrong(setting, words.expected[problem.expected], valueLabel(problem.got))
}

/** A setting as its field is called: of an element with the element. */
function settingLabel(name: string): string {
  if (name === "preset") return words.preset
  const [of = "", ofElement] = name.split(".")
  const label = words.fields[(ofElement ?? of) as keyof typeof words.fields] ?? name
  return ofElement !== undefined && isElement(of) ? `${elementLabel(of)}: ${label}` : label
}

function isElement(name: string): name is ElementType {
  return (elementTypes as readonly string[]).includes(name)
}

function valueLabel(value: number | string | boolean): string {
  if (typeof value === "boolean") return value ? words.yes : words.no
  return typeof value === "string" ? words.quoted(value) : String(value)
}
