// Who is signed in here, at the relay that this page came from: the token, its renewal, and how the relay lets people in.
//
// The token is kept in localStorage: it outlives a reload and is the same in every tab. Whatever script runs on this page could
// read it there; the page runs none but its own (the policy is in worker/src/assets.rs), and no text of a person's is ever put
// into it as markup. It is good for an hour, and is renewed while it is and for 30 days more. A cookie would be hidden from scripts, but a
// script that got in could use it all the same, and the relay would have to tell other sites' requests from ours.

import { openRelay, RelayError, type Credentials, type NewAccount, type RelayConfig, type SignedIn } from "scriptroom/relay"
import { forgetPerson, read, remove, write } from "../saved"

/** Somebody who has signed in on this device. */
export interface Account {
  readonly person: string
  /** `null`: their time is over, and they have to sign in again. */
  readonly token: string | null
  /** When the token came, and how long it was good then. */
  readonly gotMs: number
  readonly lifeMs: number
}

/** Nobody is signed in, or no longer. */
export class SignedOutError extends Error {
  override readonly name = "SignedOutError"
}

const accountKey = "scriptroom.account"
const configKey = "scriptroom.relay"
/** A token is renewed when so much of its life is over. */
const renewAfter = 0.5
const lookEveryMs = 5 * 60 * 1000

const listeners = new Set<() => void>()

/** The relay, asked as whoever is signed in. */
export const relay = openRelay({ relay: location.origin, token: freshToken })

/** Who is signed in, or was until their time was over. */
export function account(): Account | null {
  const saved = read(accountKey) as Partial<Account> | null
  if (typeof saved?.person !== "string") return null
  const { person, token, gotMs, lifeMs } = saved
  return { person, token: typeof token === "string" ? token : null, gotMs: Number(gotMs) || 0, lifeMs: Number(lifeMs) || 0 }
}

/** Calls `listener` when somebody signs in or out, in any tab. */
export function onAccount(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** How the relay lets people in, as it was said last; `null` when it never was. */
export function knownConfig(): RelayConfig | null {
  const saved = read(configKey) as Partial<RelayConfig> | null
  if (!Array.isArray(saved?.signIn)) return null
  const signIn = saved.signIn.filter(kind => kind === "name" || kind === "password")
  return { signIn, accounts: saved.accounts === true, guests: saved.guests === true }
}

/** Asks the relay how it lets people in, and keeps the answer for when there is no network. */
export async function askConfig(): Promise<RelayConfig | null> {
  const config = await relay.config().catch((error: unknown) => {
    // A relay from before there was this question lets guests in, or nobody.
    if (error instanceof RelayError && error.status === 404) return { signIn: [], accounts: false, guests: true }
    return null
  })
  if (config) write(configKey, config)
  return knownConfig() ?? config
}

/** Signs in. */
export async function signIn(who: Credentials): Promise<void> {
  keep(await relay.signIn(who))
}

/** Makes an account and signs in. */
export async function makeAccount(account: NewAccount): Promise<void> {
  keep(await relay.makeAccount(account))
}

/** Forgets who is signed in. What they have on this device is another matter: `signout.ts`. */
export function forgetAccount(): void {
  remove(accountKey)
  tell()
}

/**
 * A token that is good, as far as can be known here; `refused` is one that is not, as the relay says. Throws a `SignedOutError`
 * when there is none to be had.
 */
export async function freshToken(refused?: string): Promise<string> {
  const now = account()
  if (now?.token && !isDue(now, refused)) return now.token
  if (!now?.token) throw new SignedOutError("nobody is signed in")
  // One tab renews for all.
  const renew = (): Promise<string> => renewed(refused)
  return navigator.locks ? await navigator.locks.request("scriptroom renew", renew) : await renew()
}

async function renewed(refused: string | undefined): Promise<string> {
  const now = account()
  if (!now?.token) throw new SignedOutError("nobody is signed in")
  if (!isDue(now, refused)) return now.token
  try {
    const { token, lifeMs } = await relay.renew(now.token)
    save({ person: now.person, token, gotMs: Date.now(), lifeMs })
    return token
  } catch (error) {
    if (!(error instanceof RelayError) || (error.status !== 401 && error.status !== 403)) return now.token
    save({ ...now, token: null })
    tell()
    throw new SignedOutError("the time of this sign-in is over")
  }
}

function isDue({ token, gotMs, lifeMs }: Account, refused: string | undefined): boolean {
  const age = Date.now() - gotMs
  return token === refused || age < 0 || age >= lifeMs * renewAfter
}

function keep({ person, token, lifeMs }: SignedIn): void {
  // Whose time was over has not signed out: the others would see this person by that one's name.
  if ((account()?.person ?? person) !== person) forgetPerson()
  save({ person, token, gotMs: Date.now(), lifeMs })
  tell()
}

function save(account: Account): void {
  write(accountKey, account)
}

function tell(): void {
  for (const listener of listeners) listener()
}

/** Keeps the sign-in alive as long as a page is open, and hears of the other tabs. */
export function keepSignedIn(): void {
  const look = (): void => void freshToken().catch(() => {})
  setInterval(look, lookEveryMs)
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look())
  addEventListener("storage", event => {
    if (event.key === accountKey && personIn(event.oldValue) !== personIn(event.newValue)) tell()
  })
}

function personIn(saved: string | null): unknown {
  try {
    return (JSON.parse(saved ?? "null") as Partial<Account> | null)?.person
  } catch {
    return null
  }
}
