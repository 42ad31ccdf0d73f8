// Relays for people who sign in, and what the suite's people sign in with.

import { createHmac } from "node:crypto"

const guestsOut = { SCRIPTROOM_OPEN_SCRIPTS: "", SCRIPTROOM_GUEST_SECRET: "" }

/** The invitation of the relays below. */
export const invitation = "come in and write with us"

/** A relay with a sign-in of its own, by e-mail address and password. */
export const withAccounts = {
  ...guestsOut,
  SCRIPTROOM_SIGN_IN: "password",
  SCRIPTROOM_SIGN_IN_SECRET: "the browser suite's, long enough for a sign-in",
  SCRIPTROOM_SIGN_IN_INVITATION: invitation,
}

/** A relay for development: open to everybody, and to people by name alone. */
export const forDevelopment = { ...guestsOut, SCRIPTROOM_DEV: "1" }

/** A relay that takes the tokens of somebody else. */
export const withForeignTokens = { ...guestsOut, SCRIPTROOM_JWT_SECRET: "a secret that a backend shares with it" }

/** The token of a relay with accounts whose end is so many days ago. */
export function oldToken(email: string, days: number): string {
  const parts = [
    { typ: "JWT", alg: "HS256", kid: "scriptroom" },
    { sub: `mail:${email}`, iss: "scriptroom", aud: "scriptroom", exp: Math.floor(Date.now() / 1000) - days * 24 * 3600 },
  ]
  const content = parts.map(part => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")
  return `${content}.${createHmac("sha256", withAccounts.SCRIPTROOM_SIGN_IN_SECRET).update(content).digest("base64url")}`
}

/** Somebody's password. */
export function passwordOf(email: string): string {
  return `the long password of ${email}`
}
