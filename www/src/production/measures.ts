// The page's own measures in the page view: where each element stands, how wide its lines are, what is above it, as the script's page is
// set up. Before the first layout nothing is known, and the default stands, which the style sheet has (paper.css).

import type { Look, PageSettings, ScriptHandle } from "scriptroom"
import { pagesChanged, type ParagraphLook } from "scriptroom/codemirror"
import { EditorState, type Extension, StateEffect, StateField } from "@codemirror/state"
import { EditorView } from "@codemirror/view"

/** What the page view draws by. */
export interface Measures {
  readonly settings: PageSettings
  /** A line's height in points. */
  readonly leading: number
  /** A length across the page, in hundredths of an inch, in letters. */
  readonly across: (hundredths: number) => string
  /** The style of the editor: its measures by name, for the style sheet. */
  readonly style: string
  /** The style of a paragraph that doesn't stand as its element does: its own measures under the element's names. */
  readonly styleOf: (paragraph: ParagraphLook) => string
  /** The margins at the foot of a page and at the head of the next, in lines. */
  readonly foot: number
  readonly head: number
  /** What stands below a speech and below a scene that go on. */
  readonly more: string
  readonly sceneBottom: string
}

/** What the layout says of the page. */
interface Page {
  readonly settings: PageSettings
  readonly looks: readonly Look[]
}

const told = StateEffect.define<Page>()

/** The measures as they are now. */
export const measuresField = StateField.define<Measures>({
  create: () => measured({ settings: {}, looks: [] }),
  update: (measures, { effects }) => effects.reduce((last, effect) => (effect.is(told) ? measured(effect.value) : last), measures),
  provide: field => EditorView.editorAttributes.from(field, ({ style }) => ({ style })),
})

/** Shows the measures of a script's page, in one step with the breaks of that page. */
export function pageMeasures(script: ScriptHandle): Extension {
  const follow = EditorState.transactionExtender.of(({ effects, startState }) => {
    if (!effects.some(effect => effect.is(pagesChanged))) return null
    const { state } = script.production
    return state.settings === startState.field(measuresField).settings ? null : { effects: told.of(state) }
  })
  return [measuresField.init(() => measured(script.production.state)), follow]
}

/** The names of the settings that say where an element begins. */
const leftOf = /^(.+)\.left$/

function measured({ settings, looks }: Page): Measures {
  const page = new Numbers(settings)
  const text = (name: string): string => String(settings[name] || "")
  const margin = (name: string): number => Math.max(1, Math.round(page.number(name, 72) / page.leading))
  const column = columnOf(settings, page)
  const styled = looks.map(look => ({ look, style: written(laneOf(look.element, asElement(look, settings), column.left)) }))
  return {
    settings,
    leading: page.leading,
    across: page.across,
    style: column.names.length === 0 ? "" : written(measuresOf(settings, page, column)),
    styleOf: paragraph => styled.find(({ look }) => isOf(look, paragraph))?.style ?? "",
    foot: margin("bottom-margin"),
    head: margin("top-margin"),
    more: text("more"),
    sceneBottom: text("scene-bottom"),
  }
}

/** A page's settings as numbers, and its lengths in letters. */
class Numbers {
  readonly leading: number
  private readonly perTenInches: number

  constructor(private readonly settings: PageSettings) {
    this.leading = this.number("leading", 12)
    this.perTenInches = this.number("chars-per-ten-inches", 102)
  }

  number(name: string, otherwise: number): number {
    const value = this.settings[name]
    return typeof value === "number" ? value : otherwise
  }

  readonly across = (hundredths: number): string => `${((hundredths * this.perTenInches) / 1000).toFixed(2)}ch`

  /** As many letters as the layout gives a line. */
  chars(hundredths: number): number {
    return Math.floor((hundredths * this.perTenInches) / 1000)
  }
}

/** The elements, and between what stands text that is not centred: there the column of the page view is. */
interface Column {
  readonly names: readonly string[]
  readonly left: number
  readonly right: number
}

function columnOf(settings: PageSettings, page: Numbers): Column {
  const names = Object.keys(settings).flatMap(key => leftOf.exec(key)?.[1] ?? [])
  const inColumn = names.filter(name => settings[`${name}.alignment`] !== "center")
  const begins = inColumn.map(name => page.number(`${name}.left`, 0) + Math.min(0, page.number(`${name}.first-indent`, 0)))
  return { names, left: Math.min(...begins), right: Math.max(...inColumn.map(name => page.number(`${name}.right`, 0))) }
}

type Named = Readonly<Record<string, string | number>>

function measuresOf(settings: PageSettings, page: Numbers, { names, left, right }: Column): Named {
  const { across } = page
  const action = page.number("action.right", 0) - page.number("action.left", 0)
  const ofPage = {
    "page-left": across(left),
    "page-column": across(right - left),
    "page-right": across(page.number("width", 850) - right),
    "page-top": page.number("top-margin", 72) / page.leading,
    "number-left": across(75 - left),
    "action-width": across(action),
    half: `${page.chars(Math.floor((action - page.number("dual-gap", 0)) / 2))}.2ch`,
  }
  return Object.assign(ofPage, ...names.map(name => laneOf(name, settings, left)))
}

/** An element's measures. */
function laneOf(name: string, settings: PageSettings, left: number): Named {
  const page = new Numbers(settings)
  const of = (field: string, otherwise = 0): number => page.number(`${name}.${field}`, otherwise)
  const [begins, ends] = [of("left"), of("right")]
  const width = page.chars(ends - begins)
  const before = of("space-before") / page.leading
  return {
    [`${name}-left`]: page.across(begins - left),
    [`${name}-chars`]: `${width}ch`,
    [`${name}-indent`]: `${width - page.chars(ends - begins - of("first-indent"))}ch`,
    [`${name}-before`]: before,
    // What always starts a page keeps its space above.
    [`${name}-top`]: settings[`${name}.starts-page`] === true ? before : 0,
    [`${name}-spacing`]: of("line-spacing", 100) / 100,
    [`${name}-align`]: alignments[String(settings[`${name}.alignment`])] ?? "start",
  }
}

/** The page's settings as they would be if the element stood as in a look. */
function asElement({ element, settings }: Look, page: PageSettings): PageSettings {
  const own = Object.entries(settings).map(([name, value]) => [`${element}.${name}`, value])
  return { ...page, ...Object.fromEntries(own) }
}

function isOf(look: Look, { element, source }: ParagraphLook): boolean {
  return source !== null && look.element === element && look.sources.some(([first, last]) => first <= source && source <= last)
}

function written(measures: Named): string {
  return Object.entries(measures).map(([name, value]) => `--${name}: ${value}`).join("; ")
}

/** As the layout has them: at the left is where a paragraph's lines begin. */
const alignments: Readonly<Record<string, string>> = { center: "center", right: "end" }
