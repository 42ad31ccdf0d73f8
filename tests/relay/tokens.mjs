// Tokens as an issuer makes them, good and bad, and an issuer's published keys behind a server of its own.
import { createHmac, createSign, generateKeyPairSync } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url")

/** Seconds since 1970, so many from now. */
export const fromNow = (seconds) => Math.floor(Date.now() / 1000) + seconds

/** A token with these parts; `sign` gives its signature. */
export function token(head, claims, sign) {
  const content = `${encode({ typ: "JWT", ...head })}.${encode(claims)}`
  return `${content}.${Buffer.from(sign(content)).toString("base64url")}`
}

/** A token as a backend signs it that shares a secret with the relay. */
export function shared(secret, claims, head = {}) {
  const whole = { exp: fromNow(3600), ...claims }
  return token({ alg: "HS256", ...head }, whole, (content) => createHmac("sha256", secret).update(content).digest())
}

/** An issuer with keys: makes tokens, and publishes the public halves of those in `published`. */
export class Issuer {
  published = []
  /** How often the keys were asked for. */
  asked = 0
  #keys = new Map()
  #server = createServer((_request, response) => {
    this.asked += 1
    response.setHeader("content-type", "application/json")
    response.end(JSON.stringify({ keys: this.published.map((kid) => this.#keys.get(kid).jwk) }))
  })

  async start() {
    this.#server.listen(0, "127.0.0.1")
    await once(this.#server, "listening")
    this.url = `http://127.0.0.1:${this.#server.address().port}/keys.json`
    return this
  }

  /** Makes a key pair, `RS256` or `ES256`, and publishes it. */
  add(kid, algorithm) {
    const pair =
      algorithm === "RS256"
        ? generateKeyPairSync("rsa", { modulusLength: 2048 })
        : generateKeyPairSync("ec", { namedCurve: "P-256" })
    const jwk = { ...pair.publicKey.export({ format: "jwk" }), kid, use: "sig", alg: algorithm }
    this.#keys.set(kid, { ...pair, jwk, algorithm })
    this.published.push(kid)
  }

  publicPem(kid) {
    return this.#keys.get(kid).publicKey.export({ format: "pem", type: "spki" })
  }

  token(kid, claims, head = {}) {
    const { privateKey, algorithm } = this.#keys.get(kid)
    const whole = { exp: fromNow(3600), ...claims }
    return token({ alg: algorithm, kid, ...head }, whole, (content) =>
      createSign("sha256").update(content).sign({ key: privateKey, dsaEncoding: "ieee-p1363" }),
    )
  }

  async [Symbol.asyncDispose]() {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
