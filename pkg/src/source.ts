/**
 * The file that a script was imported from, beside its log: on this device, and at the relay under its digest.
 *
 * The script says the digest (its entry `source`), and each paragraph which one of the file it was. Whoever has the file brings
 * it to where it is missing: to the relay from the device that it was imported on, from there to every other. So it is
 * there without a network, as the script is.
 */

import { openDatabase, type SourceRow, sourceStore } from "./database.ts"
import type { Door } from "./http-line.ts"
import { complete, done } from "./requests.ts"
import type { Store } from "./store.ts"
import type { DeviceOwner, OpenOptions } from "./types.ts"

/** The entry that says the digest. */
export const sourceEntry = "source"

/** After what did not work it is tried again so often on one connection, each time after twice as long. */
const mostTries = 7
const firstWaitMs = 1_000

/** What a file needs of its script. */
export interface SourceHost {
  readonly script: string
  /** How often the relay was reached: on another connection what did not work may. */
  connections(): number
  mayWrite(): boolean
  /** What the script says. */
  digest(): unknown
  /** Where the relay is; `null` while it is not reached, or is another tab's to talk to. */
  door(): Promise<Door> | null
}

/** Whose device storage a script's files are in; `null` where nothing is kept. */
export function ownerOf({ store, relay, person }: OpenOptions, { isDurable }: Store): DeviceOwner | null {
  return store !== "none" && isDurable ? { relay, person } : null
}

/** The file of one script. */
export class SourceFile {
  readonly #owner: DeviceOwner | null
  readonly #host: SourceHost
  /** Where no device keeps it. */
  #row: SourceRow | null = null
  #closed = false
  #settling = false
  #settled = ""
  #tries = 0
  #triedOn = -1
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(owner: DeviceOwner | null, host: SourceHost) {
    this.#owner = owner
    this.#host = host
  }

  get #digest(): string | null {
    const digest = this.#host.digest()
    return typeof digest === "string" ? digest : null
  }

  /** Keeps a file that is about to be imported. Returns its digest. */
  async keep(file: Uint8Array): Promise<string> {
    const digest = await digestOf(file)
    await this.#write({ script: this.#host.script, digest, file, atRelay: false })
    return digest
  }

  /** The file, from this device or from the relay; `null` where the script came from none, or nobody has it. */
  async file(): Promise<Uint8Array | null> {
    const digest = this.#digest
    if (digest === null) return null
    const row = await this.#read(digest)
    if (row) return row.file
    const door = this.#host.door()
    return door && (await this.#fetch(digest, await door).catch(() => null))
  }

  /** Brings the file to where it is missing. Called whenever the script, or the connection, may be another. */
  settle(): void {
    const connections = this.#host.connections()
    const wanted = `${connections} ${this.#digest}`
    if (this.#closed || this.#settling || wanted === this.#settled || this.#digest === null) return
    const door = this.#host.door()
    if (!door) return
    if (connections !== this.#triedOn) [this.#tries, this.#triedOn] = [0, connections]
    if (this.#tries >= mostTries || this.#timer !== null) return
    this.#settling = true
    void this.#settle(door).then(
      () => {
        this.#settling = false
        this.#settled = wanted
      },
      () => {
        this.#settling = false
        this.#timer = setTimeout(() => {
          this.#timer = null
          this.settle()
        }, firstWaitMs * 2 ** this.#tries)
        this.#tries += 1
      },
    )
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#closed = true
  }

  async #settle(door: Promise<Door>): Promise<void> {
    const digest = this.#digest
    if (digest === null) return
    const row = await this.#read(digest)
    if (!row) {
      await this.#fetch(digest, await door)
    } else if (!row.atRelay && this.#host.mayWrite()) {
      await asked(await door, digest, { method: "PUT", body: new Uint8Array(row.file) })
      await this.#write({ ...row, atRelay: true })
    }
  }

  async #fetch(digest: string, door: Door): Promise<Uint8Array> {
    const file = new Uint8Array(await (await asked(door, digest, {})).arrayBuffer())
    if ((await digestOf(file)) !== digest) throw new Error(`expected the file ${digest}, got another`)
    await this.#write({ script: this.#host.script, digest, file, atRelay: true })
    return file
  }

  async #read(digest: string): Promise<SourceRow | null> {
    if (!this.#owner) return this.#row?.digest === digest ? this.#row : null
    const db = await openDatabase(this.#owner)
    try {
      const request = db.transaction(sourceStore).objectStore(sourceStore).get([this.#host.script, digest]) as IDBRequest<SourceRow | undefined>
      return (await done(request)) ?? null
    } finally {
      db.close()
    }
  }

  async #write(row: SourceRow): Promise<void> {
    if (!this.#owner) {
      this.#row = row
      return
    }
    const db = await openDatabase(this.#owner)
    try {
      const transaction = db.transaction(sourceStore, "readwrite", { durability: "strict" })
      transaction.objectStore(sourceStore).put(row)
      await complete(transaction)
    } finally {
      db.close()
    }
  }
}

async function asked({ updates, token }: Door, digest: string, init: RequestInit): Promise<Response> {
  const headers: HeadersInit = token === null ? {} : { authorization: `Bearer ${token}` }
  const address = updates.replace(/\/updates$/, `/sources/${digest}`)
  const response = await fetch(address, { ...init, headers, cache: "no-store", credentials: "omit" })
  if (!response.ok) throw new Error(`expected the relay to take or give a file, got status ${response.status}`)
  return response
}

async function digestOf(file: Uint8Array): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(file)))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("")
}
