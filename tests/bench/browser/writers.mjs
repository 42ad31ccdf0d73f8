// The others in the script: stock Yjs clients at the relay, who type into it and say where they are.

import { setTimeout as after } from "node:timers/promises"
import { peer } from "../../relay/clients.mjs"

const everyMs = 200
const words = "and then the rain begins again and nobody knows what to say about it "

/** Writers, one at each of these parts of the script. They write while `work` runs, five keys a second each. */
export async function whileWriting(editor, relay, id, parts, work) {
  const writers = await Promise.all(parts.map((part, at) => Writer.join(editor, relay, id, part, at)))
  const ended = new AbortController()
  const writing = writers.map(writer => writer.goOn(ended.signal))
  try {
    return await work(writers)
  } finally {
    ended.abort()
    await Promise.all(writing)
    for (const writer of writers) writer.leave()
  }
}

/** One of them. */
export class Writer {
  #editor
  #peer
  #text
  #at
  #typed = 0

  static async join(editor, relay, id, part, number = 0) {
    const one = peer(relay, id)
    await one.synced()
    one.awareness.setLocalStateField("user", { name: ["Benno Ruiz", "Carla Okafor"][number], color: ["#1f6f43", "#8a3a94"][number] })
    return new Writer(editor, one, editor.place(one.doc, part))
  }

  constructor(editor, one, { text, at }) {
    this.#editor = editor
    this.#peer = one
    this.#text = text
    this.#at = at
  }

  /** Types these letters at once, and says where the caret is then. */
  write(letters) {
    this.#text.insert(this.#at, letters)
    this.#at += letters.length
    const state = this.#editor.presence(this.#text, this.#at)
    this.#peer.awareness.setLocalState({ ...this.#peer.awareness.getLocalState(), ...state })
  }

  /** Types the next key. */
  key() {
    this.write(words[this.#typed++ % words.length])
  }

  async goOn(signal) {
    while (!signal.aborted) {
      this.key()
      await after(everyMs, undefined, { signal }).catch(() => {})
    }
  }

  leave() {
    this.#peer.provider.destroy()
    this.#peer.doc.destroy()
  }
}
