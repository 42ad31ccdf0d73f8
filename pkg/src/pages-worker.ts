/** The Web Worker that lays out pages: messages in, pages out. What it does is in `crates/background/src/pages.rs`. */

import { initSync, PagesCore } from "../dist/wasm/scriptroom_background.js"
import type { FromWorker, PagesChange, Question, ToWorker } from "./pages.ts"
import type { PageSettings, ProductionState } from "./production-types.ts"
import type { ElementType } from "./document-types.ts"

let core: PagesCore | null = null

onmessage = (event: MessageEvent<ToWorker>): void => {
  const message = event.data
  try {
    post(answer(message))
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    post(message.kind === "ask" ? { kind: "answer", id: message.id, error: text } : { kind: "failed", message: text })
  }
}

function answer(message: ToWorker): FromWorker {
  if (message.kind === "start") {
    if (message.wasm) initSync({ module: message.wasm })
    const { entries, places } = message.told
    const anew = new PagesCore(message.paragraphs, [...(entries ?? [])], [...places])
    core?.free()
    core = anew
    return { kind: "pages", version: message.version, whole: true, changes: [core.pages() as PagesChange], production: production() }
  }
  const laid = started()
  if (message.kind === "ask") {
    const value = valueOf(laid, message.what, message.request)
    return { kind: "answer", id: message.id, value }
  }
  const { splices, version, told } = message
  const changes = splices.map(({ from, removed, inserted }) => laid.splice(from, removed, inserted) as PagesChange)
  if (told) changes.push(laid.takeEntries(told.entries ? [...told.entries] : undefined, [...told.places]) as PagesChange)
  const said = told?.entries ? production() : null
  return { kind: "pages", version, whole: false, changes, production: said }
}

function valueOf(laid: PagesCore, what: Question, request: readonly unknown[]): unknown {
  if (what === "lengths") return [...laid.sceneLengths()]
  if (what === "title") return laid.titleLines([...request])
  return what === "printed" ? laid.printed([...request]) : laid.writes([...request])
}

function production(): ProductionState {
  const state = started().production() as Omit<ProductionState, "settings" | "looks"> & {
    readonly settings: readonly Setting[]
    readonly looks: readonly (readonly [ElementType, readonly Setting[], readonly number[]])[]
  }
  const looks = state.looks.map(([element, settings, rows]) => ({ element, settings: named(settings), sources: pairs(rows) }))
  return { ...state, settings: named(state.settings), looks }
}

type Setting = string | number | boolean

function named(flat: readonly Setting[]): PageSettings {
  return Object.fromEntries(pairs(flat))
}

function pairs<T>(flat: readonly T[]): [T, T][] {
  return Array.from({ length: flat.length / 2 }, (_, at) => flat.slice(2 * at, 2 * at + 2) as [T, T])
}

function started(): PagesCore {
  if (!core) throw new Error("expected `start` before anything else")
  return core
}

function post(message: FromWorker): void {
  postMessage(message)
}
