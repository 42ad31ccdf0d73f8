/** One HTTP request to a relay: the token, the JSON both ways, and errors as `RelayError`. */

import { relayAddress } from "../relay-addresses.ts"
import type { RelayOptions } from "./types.ts"

/** A relay said no. */
export class RelayError extends Error {
  override readonly name = "RelayError"
  /** The HTTP status. */
  readonly status: number
  /** What programs tell it by, such as `"not_allowed"`; SPEC.md names them. */
  readonly code: string
  /** In how many seconds to try again, where the relay has said so. */
  readonly retryAfterS: number | null

  constructor(status: number, code: string, message: string, retryAfterS: number | null) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfterS = retryAfterS
  }
}

/** The status of a request whose token is not good. */
const notSignedIn = 401

/** What is asked. */
export interface Asked {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  /** What follows `/api/`. */
  readonly path: string
  readonly body?: object
  /** Whether to ask as nobody: what signs in has no token yet. */
  readonly anonymous?: boolean
  /** A token of its own, instead of the options'. */
  readonly token?: string
}

/** Asks a relay. */
export class Requests {
  readonly #relay: string
  readonly #token: RelayOptions["token"]

  constructor({ relay, token }: RelayOptions) {
    this.#relay = relayAddress(relay)
    this.#token = token
  }

  /** The answer's JSON. */
  async json<T>(asked: Asked): Promise<T> {
    return (await (await this.answer(asked)).json()) as T
  }

  /** The answer's text. */
  async text(asked: Asked): Promise<string> {
    return await (await this.answer(asked)).text()
  }

  /** The answer, where the relay has not refused. */
  async answer(asked: Asked): Promise<Response> {
    const shown = asked.token ?? (asked.anonymous ? null : await this.#tokenNow())
    const send = sender(this.#relay, asked)
    const response = await send(shown)
    if (response.ok) return response
    const error = await refusal(response)
    if (response.status !== notSignedIn || asked.token !== undefined || shown === null) throw error
    // By this device's clock it may have been good.
    const other = await this.#tokenNow(shown)
    if (other === null || other === shown) throw error
    const again = await send(other)
    if (!again.ok) throw await refusal(again)
    return again
  }

  async #tokenNow(refused?: string): Promise<string | null> {
    const token = typeof this.#token === "function" ? await this.#token(refused) : this.#token
    return token ?? null
  }
}

/** Whether the relay takes an `Idempotency-Key` (rule S2 of its SPEC.md), and still has it when the request comes again. */
function takesKey(method: NonNullable<Asked["method"]>, path: string): boolean {
  if (method === "GET") return false
  return method === "POST" || /^scripts\/[^/]+\/(card|members|links)\b/.test(path)
}

/** What sends a request, with a token: tried again, it is the same one. */
function sender(relay: string, { method = "GET", path, body, anonymous }: Asked): (token: string | null) => Promise<Response> {
  const headers = new Headers()
  if (body) headers.set("content-type", "application/json")
  // Asked twice, it is done once: the answer to the first may have been lost on its way.
  const isMade = !anonymous && takesKey(method, path)
  if (isMade) headers.set("idempotency-key", crypto.randomUUID())
  const init: RequestInit = { method, headers, cache: "no-store", credentials: "omit" }
  if (body) init.body = JSON.stringify(body)
  const send = (): Promise<Response> => fetch(`${relay}/api/${path}`, init)
  return token => {
    if (token !== null) headers.set("authorization", `Bearer ${token}`)
    return isMade ? send().catch(send) : send()
  }
}

async function refusal(response: Response): Promise<RelayError> {
  const answer = (await response.json().catch(() => null)) as { error?: { code?: unknown; message?: unknown } } | null
  const { code, message } = answer?.error ?? {}
  const wait = Number(response.headers.get("retry-after") ?? Number.NaN)
  return new RelayError(
    response.status,
    typeof code === "string" ? code : "unknown",
    typeof message === "string" ? message : `expected an answer, got status ${response.status}`,
    Number.isFinite(wait) ? wait : null,
  )
}
