// The form of the page: a preset, and what of it is another. What is refused says so beside its field.

import { PageSettingsError, type Production } from "scriptroom"
import { el } from "../dom"
import { elementLabel } from "../elements"
import { later } from "../words/later"
import { saidOf } from "./problems"

const words = later.production
const presets = ["final-draft", "final-draft-a4", "fountain", "fountain-a4", "stage-modern", "stage-traditional", "bbc"] as const
/** The page's own numbers, and those of each element. */
const pageFields = ["width", "height", "top-margin", "bottom-margin", "lines", "leading", "first-page-number"] as const
const flags = ["automatic-contd", "break-at-sentences", "scene-numbers"] as const
const elements = ["scene-heading", "action", "character", "parenthetical", "dialogue", "transition", "shot", "general"] as const
const elementFields = ["left", "right", "space-before"] as const
const texts = ["more", "contd", "scene-bottom", "scene-top"] as const

export class PageForm {
  readonly dom: HTMLElement
  private readonly preset: HTMLSelectElement
  private readonly inputs = new Map<string, HTMLInputElement>()
  private shown = ""

  constructor(
    private readonly production: Production,
    private readonly writes: boolean,
    /** Does something, and says that it was done, or why not. */
    private readonly run: (work: () => Promise<void>) => void,
  ) {
    this.preset = el("select", { name: "preset", disabled: !writes }, ...presets.map(name => el("option", { value: name }, words.presets[name])))
    const table = el(
      "table",
      {},
      el("thead", {}, el("tr", {}, el("th", {}, words.element), ...elementFields.map(field => el("th", { scope: "col" }, words.fields[field])))),
      el("tbody", {}, ...elements.map(element => this.row(element))),
    )
    this.dom = el(
      "form",
      {
        class: "page-form",
        novalidate: true,
        onsubmit: event => {
          event.preventDefault()
          this.run(() => this.submit())
        },
      },
      el("label", { class: "field" }, words.preset, this.preset),
      el("div", { class: "row" }, ...pageFields.map(field => this.field(field, words.fields[field]))),
      el("details", {}, el("summary", {}, words.elementsOfPage), table),
      el(
        "details",
        {},
        el("summary", {}, words.continueds),
        el("div", { class: "row" }, ...texts.map(field => this.field(field, words.fields[field], "text"))),
        ...flags.map(field => this.field(field, words.fields[field], "checkbox")),
      ),
      el("div", { class: "row" }, el("button", { class: "button primary", disabled: !writes }, words.savePage)),
    )
    // A preset is chosen as a whole: what was another before is not carried into it.
    this.preset.addEventListener("change", () => this.run(() => this.submit(true)))
  }

  /** Shows the settings as they are, where they are others. */
  show(): void {
    const { preset, settings } = this.production.state
    const now = JSON.stringify([preset, settings])
    if (now === this.shown) return
    this.shown = now
    this.preset.value = preset
    for (const [name, input] of this.inputs) {
      const value = settings[name]
      if (input.type === "checkbox") input.checked = value === true
      else input.value = value === false || value === undefined ? "" : String(value)
      this.complain(input, "")
    }
    // As many as there is room for, where none are said.
    const [height, top, bottom, leading] = ["height", "top-margin", "bottom-margin", "leading"].map(name => Number(settings[name]))
    const lines = Math.floor(((height ?? 0) - (top ?? 0) - (bottom ?? 0)) / (leading ?? 1))
    this.inputs.get("lines")?.setAttribute("placeholder", String(lines))
  }

  private async submit(onlyPreset = false): Promise<void> {
    // What it has no field for stays.
    const settings: Record<string, string | number | boolean> = onlyPreset ? {} : { ...this.production.state.settings }
    for (const [name, input] of this.inputs) {
      this.complain(input, "")
      if (onlyPreset) continue
      settings[name] = this.read(input)
    }
    try {
      await this.production.setPage(this.preset.value, settings)
    } catch (error) {
      if (!(error instanceof PageSettingsError)) throw error
      const { problems } = error
      const found = problems.map(problem => this.inputs.get(problem.field))
      problems.forEach((problem, at) => found[at] && this.complain(found[at], saidOf(problem)))
      const first = found.find(input => input !== undefined)
      first?.closest("details")?.setAttribute("open", "")
      first?.focus()
      // It is put into a sentence that ends by itself.
      throw new Error(problems.map(problem => saidOf(problem)).join(" ").replace(/\.$/, ""))
    }
  }

  /** What stands in a field: an empty one is none, and what is no number goes as it is, to be refused by name. */
  private read(input: HTMLInputElement): string | number | boolean {
    if (input.type === "checkbox") return input.checked
    if (input.value.trim() === "") return false
    const number = Number(input.value)
    return input.inputMode === "decimal" && Number.isFinite(number) ? number : input.value
  }

  private complain(input: HTMLInputElement, message: string): void {
    input.setAttribute("aria-invalid", String(message !== ""))
    const note = input.parentElement?.querySelector<HTMLElement>(".refused")
    if (note) note.textContent = message
  }

  private field(name: string, label: string, type = "number"): HTMLElement {
    const input = this.input(name, type)
    return el("label", { class: type === "checkbox" ? "check" : "field" }, label, input, el("span", { class: "refused", role: "alert" }))
  }

  private row(element: (typeof elements)[number]): HTMLElement {
    const label = elementLabel(element)
    const cell = (field: (typeof elementFields)[number]): HTMLElement => {
      const input = this.input(`${element}.${field}`, "number")
      input.setAttribute("aria-label", `${label}: ${words.fields[field]}`)
      return el("td", {}, input, el("span", { class: "refused", role: "alert" }))
    }
    return el("tr", {}, el("th", { scope: "row" }, label), ...elementFields.map(cell))
  }

  private input(name: string, type: string): HTMLInputElement {
    const attributes = type === "checkbox" ? { type } : { type: "text", size: type === "number" ? 5 : 12, inputmode: type === "number" ? "decimal" : "text" }
    const input = el("input", { ...attributes, name, autocomplete: "off", disabled: !this.writes })
    this.inputs.set(name, input)
    return input
  }
}
