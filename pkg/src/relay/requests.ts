/** One HTTP request to a relay: the token, the JSON both ways, and errors as `RelayError`. */

import { relayAddress } from "../place.ts"
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
    return (await (await this.#ask(asked)).json()) as T
  }

  /** The answer's text. */
  async text(asked: Asked): Promise<string> {
    return await (await this.#ask(asked)).text()
  }

  async #ask(asked: Asked): Promise<Response> {
    const response = await this.#send(asked)
    if (!response.ok) throw await refusal(response)
    return response
  }

  async #send({ method = "GET", path, body, anonymous, token }: Asked): Promise<Response> {
    const shown = token ?? (anonymous ? null : await this.#tokenNow())
    const headers = new Headers()
    if (shown !== null) headers.set("authorization", `Bearer ${shown}`)
    if (body) headers.set("content-type", "application/json")
    // Asked twice, it is done once: the answer to the first may have been lost on its way.
    const isMade = method === "POST" && !anonymous
    if (isMade) headers.set("idempotency-key", crypto.randomUUID())
    const init: RequestInit = { method, headers, cache: "no-store", credentials: "omit" }
    if (body) init.body = JSON.stringify(body)
    const send = (): Promise<Response> => fetch(`${this.#relay}/api/${path}`, init)
    return isMade ? await send().catch(send) : await send()
  }

  async #tokenNow(): Promise<string | null> {
    const token = typeof this.#token === "function" ? await this.#token() : this.#token
    return token ?? null
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
