// A relay for people with tokens, which the test signs as a backend would that shares a secret with the relay.

import { createHmac } from "node:crypto"
import { Relay } from "../../tests/browser/relay.ts"

const secret = "the package's tests share this with the relay"

/** Starts a relay that lets in whose token is good, to the second. */
export function startPeoplesRelay(): Promise<Relay> {
  return Relay.start({
    SCRIPTROOM_OPEN_SCRIPTS: "",
    SCRIPTROOM_GUEST_SECRET: "",
    SCRIPTROOM_JWT_SECRET: secret,
    SCRIPTROOM_JWT_LEEWAY_S: "0",
  })
}

/** A person's token, good for so many seconds. */
export function tokenOf(person: string, seconds: number): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")
  const claims = { sub: person, exp: Math.floor(Date.now() / 1000) + seconds }
  const content = `${encode({ typ: "JWT", alg: "HS256" })}.${encode(claims)}`
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`
}

/** Makes a script of this person's. */
export async function scriptOf(relay: Relay, owner: string): Promise<string> {
  const { id } = (await ask(relay, owner, "POST", "/scripts", { title: "Rain" })) as { id: string }
  return id
}

/** Gives somebody a role. */
export async function giveRole(relay: Relay, owner: string, id: string, person: string, role: string): Promise<void> {
  await ask(relay, owner, "PUT", `/scripts/${id}/members/${person}`, { role })
}

async function ask(relay: Relay, person: string, method: string, path: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${tokenOf(person, 60)}` }
  const response = await fetch(`${relay.origin}/api${path}`, { method, headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`expected ${method} ${path} to be done, got ${response.status} ${await response.text()}`)
  return await response.json()
}
