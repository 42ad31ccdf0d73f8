/**
 * The relay's messages over plain HTTP (rule J11 of its SPEC.md), for networks that let no WebSockets through.
 *
 * A request brings what there is to say and is answered with what a socket would have brought, acknowledgements
 * included; what others have written comes with the next one. So requests follow each other quickly while somebody writes, and
 * slowly when nobody does. What goes wrong ends the line, as it would end a socket: then nothing that was on its way counts as stored.
 */

import { covers, frameOf, type FrameKind, opened, packed, unpacked } from "./frames.ts"

/** Where requests go, and what they show there. */
export interface Door {
  readonly updates: string
  readonly token: string | null
}

/** What a line tells and asks. */
export interface LineEvents {
  frame(frame: Uint8Array<ArrayBuffer>): void
  /** It is over; codes as of a socket's close. */
  lost(code: number, reason: string): void
  /** The state vector of the document. */
  vector(): Uint8Array
}

/** Between two requests while somebody writes, here or elsewhere. */
const quickMs = 500
/** When nobody does: each request that brings nothing makes the wait longer, up to this. */
const idleMs = 10_000
const growth = 1.5
/** Nobody looks at the page. */
const hiddenFactor = 4
/** What is typed goes out at once, but requests do not follow each other faster than this. */
const leastMs = 150
const answerWithinMs = 30_000
/** What goes into one request: a relay takes no more. */
const mostBytes = 32 << 20

/** What the relay's refusals are as close codes. An error that it does not tell of is another's, or passes. */
const closeCodes: Readonly<Record<string, number>> = {
  not_signed_in: 4001,
  not_allowed: 4003,
  no_such_script: 4004,
  too_fast: 4008,
  too_large: 4009,
  malformed: 4010,
  refused: 4011,
  try_again_later: 1013,
}
const lostCode = 1006
const notSignedIn = 4001
/** The message that says a new token was not taken. */
const renewed = { type: 105, refused: 2 }

/** How long to wait before the next request, after a wait of `beforeMs` that brought `news` or nothing. */
export function nextWaitMs(beforeMs: number, news: boolean): number {
  return news ? quickMs : Math.min(idleMs, beforeMs * growth)
}

/** An answer of the relay's. */
type Answer =
  | { readonly frames: readonly Uint8Array<ArrayBuffer>[]; readonly version: string | null }
  | { readonly code: number; readonly reason: string }

/** A line to the relay. */
export class HttpLine {
  readonly #updates: string
  readonly #events: LineEvents
  readonly #stopped = new AbortController()
  #token: string | null
  /** A new token, to be shown with the next request. */
  #newToken: string | null = null
  #queue: Uint8Array<ArrayBuffer>[] = []
  #timer: ReturnType<typeof setTimeout> | null = null
  #isAsking = false
  #askedAtMs = 0
  #dueAtMs = 0
  #waitMs = quickMs
  /** Of the relay as it was when it last answered: its log, what that had, and how far it was. */
  #epoch: string | null = null
  #has: Uint8Array<ArrayBuffer> | null = null
  #version: string | null = null
  /** The access that was told last. */
  #role: number | null = null

  constructor(door: Door, events: LineEvents) {
    this.#updates = door.updates
    this.#token = door.token
    this.#events = events
    const shown = (): void => void (isHidden() || this.hurry())
    globalThis.document?.addEventListener("visibilitychange", shown, { signal: this.#stopped.signal })
  }

  /** Sends a frame with the next request. Presence is not for a line that is silent most of the time. */
  send(frame: Uint8Array<ArrayBuffer>): void {
    const { kind, rest } = opened(frame)
    if (kind === "awareness") return
    if (kind === "renew") this.#newToken = rest.text()
    else this.#queue.push(frame)
    this.hurry()
  }

  /** Somebody writes: the next request comes soon. */
  hurry(): void {
    this.#waitMs = quickMs
    if (!this.#isAsking) this.#askIn(this.#queue.length > 0 ? 0 : quickMs)
  }

  stop(): void {
    this.#stopped.abort()
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #askIn(ms: number): void {
    if (this.#stopped.signal.aborted) return
    const dueAtMs = Math.max(Date.now() + ms, this.#askedAtMs + leastMs)
    if (this.#timer !== null) {
      if (this.#dueAtMs <= dueAtMs) return
      clearTimeout(this.#timer)
    }
    this.#dueAtMs = dueAtMs
    this.#timer = setTimeout(() => void this.#ask(), dueAtMs - Date.now())
  }

  async #ask(): Promise<void> {
    this.#timer = null
    this.#isAsking = true
    this.#askedAtMs = Date.now()
    const frames = this.#taken()
    const said = frames.map(frame => opened(frame).kind)
    // Beside what the session asks, a request asks for what is new.
    const looks = !said.includes("step 1")
    const body = looks ? [...frames, frameOf(0, 0, this.#events.vector())] : frames
    const token = this.#newToken ?? this.#token
    const answer = await this.#post(packed(body), looks ? this.#version : null, token)
    if (this.#stopped.signal.aborted) return
    this.#isAsking = false
    if ("frames" in answer) this.#answered(answer.frames, answer.version, said, looks, token)
    else if (answer.code === notSignedIn && this.#newToken !== null) this.#notRenewed(frames, answer.reason)
    else this.#lost(answer.code, answer.reason)
  }

  /** What goes out together. */
  #taken(): Uint8Array<ArrayBuffer>[] {
    let bytes = 0
    const beyond = this.#queue.findIndex((frame, at) => (bytes += frame.length) > mostBytes && at > 0)
    return this.#queue.splice(0, beyond < 0 ? this.#queue.length : beyond)
  }

  async #post(body: Uint8Array<ArrayBuffer>, seen: string | null, token: string | null): Promise<Answer> {
    const url = new URL(this.#updates)
    url.searchParams.set("form", "frames")
    if (seen !== null) url.searchParams.set("seen", seen)
    const headers: Record<string, string> = { "content-type": "application/octet-stream" }
    if (token !== null) headers.authorization = `Bearer ${token}`
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), answerWithinMs)
    this.#stopped.signal.addEventListener("abort", () => late.abort(), { signal: late.signal })
    try {
      const response = await fetch(url, { method: "POST", cache: "no-store", headers, body, signal: late.signal })
      if (!response.ok) return await refusalOf(response)
      const frames = unpacked(new Uint8Array(await response.arrayBuffer()))
      return { frames, version: response.headers.get("x-scriptroom-version") }
    } catch {
      return { code: lostCode, reason: "" }
    } finally {
      clearTimeout(timer)
    }
  }

  #answered(
    frames: readonly Uint8Array<ArrayBuffer>[],
    version: string | null,
    said: readonly FrameKind[],
    looks: boolean,
    token: string | null,
  ): void {
    const answers = frames.map(frame => ({ frame, ...opened(frame) }))
    if (!this.#isTheSame(answers) || !isComplete(answers, said)) return this.#lost(lostCode, "")
    this.#version = version
    if (token !== null && token === this.#newToken) {
      this.#token = token
      this.#newToken = null
      this.#role = null
    }
    const held = answers.some(({ kind, rest }) => kind === "ack" && isHeld(rest))
    const asks = held || said.includes("step 1")
    let news = said.length > 0
    for (const { frame, kind, rest } of answers) {
      if (this.#stopped.signal.aborted) return
      if (kind === "awareness" || (kind === "access" && !this.#isNewRole(rest.uint()))) continue
      if (kind === "step 1" && !asks) continue
      if (kind === "step 2" && looks) {
        const update = rest.bytes()
        // Nothing but an empty list of structs and one of deletions.
        if (update.length <= 2) continue
        news = true
        this.#events.frame(frameOf(0, 2, update))
      } else {
        this.#events.frame(frame)
      }
    }
    this.#waitMs = nextWaitMs(this.#waitMs, news)
    this.#askIn(this.#queue.length > 0 ? 0 : this.#waitMs * (isHidden() ? hiddenFactor : 1))
  }

  /** Whether this is the log of before, with all that it had. A relay that starts again on other data ends its sockets; a line must look. */
  #isTheSame(answers: readonly { readonly frame: Uint8Array<ArrayBuffer>; readonly kind: FrameKind }[]): boolean {
    const first = (wanted: FrameKind): Uint8Array<ArrayBuffer> | undefined => {
      const found = answers.find(({ kind }) => kind === wanted)
      return found && opened(found.frame).rest.bytes()
    }
    const [hello, has] = [first("hello"), first("step 1")]
    if (!hello || !has) return false
    const epoch = new TextDecoder().decode(hello)
    const same = this.#epoch === null || (this.#epoch === epoch && this.#has !== null && covers(has, this.#has))
    this.#epoch = epoch
    this.#has = has
    return same
  }

  #isNewRole(role: number): boolean {
    const isNew = role !== this.#role
    this.#role = role
    return isNew
  }

  /** The one before it is still good: it goes on with that. */
  #notRenewed(frames: readonly Uint8Array<ArrayBuffer>[], reason: string): void {
    this.#newToken = null
    this.#queue.unshift(...frames)
    this.#askIn(0)
    this.#events.frame(frameOf(renewed.type, renewed.refused, new TextEncoder().encode(reason)))
  }

  #lost(code: number, reason: string): void {
    this.stop()
    this.#events.lost(code, reason)
  }
}

/** Whether everything that wants an acknowledgement has one. */
function isComplete(answers: readonly { readonly kind: FrameKind }[], said: readonly FrameKind[]): boolean {
  const wanted = said.filter(kind => kind === "batch" || kind === "step 2").length
  return answers.filter(({ kind }) => kind === "ack").length === wanted
}

function isHeld(ack: { uint(): number }): boolean {
  const held = 1
  ack.uint()
  return ack.uint() === held
}

/** What the relay says of itself counts; a status alone may be a proxy's. */
async function refusalOf(response: Response): Promise<Answer> {
  const said = (await response.json()) as { error?: { code?: unknown; message?: unknown } }
  const code = closeCodes[String(said.error?.code)]
  return code === undefined ? { code: lostCode, reason: "" } : { code, reason: String(said.error?.message) }
}

function isHidden(): boolean {
  return globalThis.document?.visibilityState === "hidden"
}
