// People with tokens of a relay, and what they ask of it.
import { randomBytes } from "node:crypto"
import { startClosedRelay } from "./relay.mjs"
import { shared } from "./tokens.mjs"

const secret = randomBytes(32).toString("hex")

/** A relay for people whose tokens `person` makes. */
export const startPeoplesRelay = (env = {}) => startClosedRelay({ SCRIPTROOM_JWT_SECRET: secret, ...env })

/** A person: their token, and requests with it. `ask` gives the status and the JSON. */
export function person(relay, name, claims = {}, signedWith = secret) {
  const token = shared(signedWith, { sub: name, ...claims })
  const ask = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${relay.http}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    return { status: answer.status, ...(await answer.json()) }
  }
  return {
    name,
    token,
    ask,
    params: { params: { token } },
    protocols: ["scriptroom.1", `token.${token}`],
    /** Makes a script and gives its id. */
    async script(title) {
      return (await ask("POST", "/scripts", { title })).id
    },
    /** The titles of a list. */
    async titles(query = "") {
      return (await ask("GET", `/scripts${query}`)).scripts.map((script) => script.title)
    },
  }
}

/** A script of ada's with one member of each role. */
export async function peopled(relay) {
  const [owner, editor, commenter, viewer, stranger] = ["owner", "editor", "commenter", "viewer", "stranger"].map((name) =>
    person(relay, name),
  )
  const id = await owner.script("Peopled")
  for (const one of [editor, commenter, viewer]) {
    await owner.ask("PUT", `/scripts/${id}/members/${one.name}`, { role: one.name })
  }
  return { id, owner, editor, commenter, viewer, stranger, all: [owner, editor, commenter, viewer, stranger] }
}
