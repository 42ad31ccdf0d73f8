// What the typings promise, from a consumer's side. It is compiled, never run.

import { init, openScript, type Change, type ScriptHandle, type Status } from "scriptroom"
import { scriptroom } from "scriptroom/codemirror"

export async function open(id: string): Promise<ScriptHandle> {
  await init()
  return await openScript({ id, relay: "wss://scripts.example", user: { name: "Ada", color: "#aa3300" } })
}

export function edit(script: ScriptHandle): Change {
  // @ts-expect-error: an element that does not exist
  script.edit([{ kind: "element", from: 0, to: 1, element: "chorus" }])
  // @ts-expect-error: positions are numbers
  script.slice("0", 4)
  return script.edit([{ kind: "replace", from: 0, to: 0, insert: [{ text: "Rain.", element: "action" }] }])
}

export function watch(script: ScriptHandle, show: (status: Status) => void): () => void {
  // @ts-expect-error: an event that does not exist
  script.on("saved", () => {})
  return script.on("status", show)
}

export const extension = scriptroom
