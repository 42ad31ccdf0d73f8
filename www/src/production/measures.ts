// The page's own measures in the page view: where each element stands, how wide its lines are, what is above it, as the script's page is
// set up. Before the first layout nothing is known, and the default stands, which the style sheet has (paper.css).

import type { PageSettings, ScriptHandle } from "scriptroom"
import { type Extension, StateEffect, StateField } from "@codemirror/state"
import { EditorView, ViewPlugin } from "@codemirror/view"

/** What the page view draws by. */
export interface Measures {
  readonly settings: PageSettings
  /** A line's height in points. */
  readonly leading: number
  /** A length across the page, in hundredths of an inch, in letters. */
  readonly across: (hundredths: number) => string
  /** The style of the editor: its measures by name, for the style sheet. */
  readonly style: string
  /** The margins at the foot of a page and at the head of the next, in lines. */
  readonly foot: number
  readonly head: number
  /** What stands below a speech and below a scene that go on. */
  readonly more: string
  readonly sceneBottom: string
}

const told = StateEffect.define<PageSettings>()

/** The measures as they are now. */
export const measuresField = StateField.define<Measures>({
  create: () => measured({}),
  update: (measures, { effects }) => effects.reduce((last, effect) => (effect.is(told) ? measured(effect.value) : last), measures),
  provide: field => EditorView.editorAttributes.from(field, ({ style }) => ({ style })),
})

/** Shows the measures of a script's page. */
export function pageMeasures(script: ScriptHandle): Extension {
  const follow = ViewPlugin.define(view => {
    const destroy = script.on("pages", () => {
      const { settings } = script.production.state
      if (settings === view.state.field(measuresField).settings) return
      view.dispatch({ effects: told.of(settings) })
      // Lines of other widths are of other heights.
      view.requestMeasure()
    })
    return { destroy }
  })
  return [measuresField.init(() => measured(script.production.state.settings)), follow]
}

/** The names of the settings that say where an element begins. */
const leftOf = /^(.+)\.left$/

function measured(settings: PageSettings): Measures {
  const number = (name: string, otherwise: number): number => (typeof settings[name] === "number" ? settings[name] : otherwise)
  const text = (name: string): string => String(settings[name] || "")
  const leading = number("leading", 12)
  const margin = (name: string): number => Math.max(1, Math.round(number(name, 72) / leading))
  const perTenInches = number("chars-per-ten-inches", 102)
  const across = (hundredths: number): string => `${((hundredths * perTenInches) / 1000).toFixed(2)}ch`
  return {
    settings,
    leading,
    across,
    style: style(settings, number, across),
    foot: margin("bottom-margin"),
    head: margin("top-margin"),
    more: text("more"),
    sceneBottom: text("scene-bottom"),
  }
}

/** An element's place between the page's edges, in hundredths of an inch. */
interface Lane {
  readonly name: string
  readonly left: number
  readonly right: number
  readonly indent: number
}

function style(settings: PageSettings, number: (name: string, otherwise: number) => number, across: Measures["across"]): string {
  const lanes = Object.keys(settings).flatMap((key): Lane[] => {
    const name = leftOf.exec(key)?.[1]
    return name ? [{ name, left: number(key, 0), right: number(`${name}.right`, 0), indent: number(`${name}.first-indent`, 0) }] : []
  })
  if (lanes.length === 0) return ""
  const [leading, perTenInches] = [number("leading", 12), number("chars-per-ten-inches", 102)]
  // As many letters as the layout gives a line.
  const chars = (hundredths: number): number => Math.floor((hundredths * perTenInches) / 1000)
  // Between what stands text that is not centred: there the column of the page view is.
  const inColumn = lanes.filter(({ name }) => settings[`${name}.alignment`] !== "center")
  const left = Math.min(...inColumn.map(lane => lane.left + Math.min(0, lane.indent)))
  const right = Math.max(...inColumn.map(lane => lane.right))
  const action = lanes.find(({ name }) => name === "action") as Lane
  const measures: Record<string, string | number> = {
    "page-left": across(left),
    "page-column": across(right - left),
    "page-right": across(number("width", 850) - right),
    "page-top": number("top-margin", 72) / leading,
    "number-left": across(75 - left),
    "action-width": across(action.right - action.left),
    half: `${chars(Math.floor((action.right - action.left - number("dual-gap", 0)) / 2))}.2ch`,
  }
  for (const { name, left: begins, right: ends, indent } of lanes) {
    const width = chars(ends - begins)
    const before = number(`${name}.space-before`, 0) / leading
    Object.assign(measures, {
      [`${name}-left`]: across(begins - left),
      [`${name}-chars`]: `${width}ch`,
      [`${name}-indent`]: `${width - chars(ends - begins - indent)}ch`,
      [`${name}-before`]: before,
      // What always starts a page keeps its space above.
      [`${name}-top`]: settings[`${name}.starts-page`] === true ? before : 0,
      [`${name}-spacing`]: number(`${name}.line-spacing`, 100) / 100,
      [`${name}-align`]: alignments[String(settings[`${name}.alignment`])] ?? "start",
    })
  }
  return Object.entries(measures).map(([name, value]) => `--${name}: ${value}`).join("; ")
}

/** As the layout has them: at the left is where a paragraph's lines begin. */
const alignments: Readonly<Record<string, string>> = { center: "center", right: "end" }
