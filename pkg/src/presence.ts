/**
 * What clients say of themselves to each other, as JSON: a name, a colour, a selection.
 *
 * It comes from other people's browsers, so nothing of it is believed before it has been looked at. Selections
 * travel as positions that stick to the text, and are resolved when they come.
 */

import type { Peer, User } from "./types.ts"

const maxNameLength = 64
const unknownName = "Guest"
const unknownColor = "#767676"

/** A name fit to be shown: one line, not endless, without characters that turn or hide text. */
export function validName(name: unknown): string {
  if (typeof name !== "string") return unknownName
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ").replace(/\s+/g, " ").trim()
  return [...plain].slice(0, maxNameLength).join("") || unknownName
}

/** A colour as `#rrggbb`, which is safe to put into a style. */
export function validColor(color: unknown): string {
  return typeof color === "string" && /^#[0-9a-f]{6}$/i.test(color) ? color.toLowerCase() : unknownColor
}

/** The JSON that tells the others of this client. */
export function encodePresence(user: User, ends: { readonly anchor: Uint8Array; readonly head: Uint8Array } | null): string {
  const selection = ends && { anchor: toBase64(ends.anchor), head: toBase64(ends.head) }
  return JSON.stringify({ user: { name: validName(user.name), color: validColor(user.color) }, selection })
}

/** A peer whose selection's ends may not be known here yet. */
export interface PeerState extends Peer {
  /** The ends as they came, until they are resolved. */
  readonly unresolved: { readonly anchor: Uint8Array; readonly head: Uint8Array } | null
}

/** Reads another client's JSON; `null` when it is none. */
export function decodePresence(clientId: number, json: string): PeerState | null {
  let state: unknown
  try {
    state = JSON.parse(json)
  } catch {
    return null
  }
  if (!isRecord(state)) return null
  const user = isRecord(state.user) ? state.user : {}
  const selection = isRecord(state.selection) ? state.selection : {}
  const anchor = fromBase64(selection.anchor)
  const head = fromBase64(selection.head)
  return {
    clientId,
    name: validName(user.name),
    color: validColor(user.color),
    selection: null,
    unresolved: anchor && head ? { anchor, head } : null,
  }
}

/** Looks up where the ends of a selection are; a peer whose text has not come yet stays as it is. */
export function resolvePeer(peer: PeerState, resolve: (position: Uint8Array) => number | undefined): PeerState {
  if (!peer.unresolved) return peer
  const anchor = resolve(peer.unresolved.anchor)
  const head = resolve(peer.unresolved.head)
  if (anchor === undefined || head === undefined) return peer
  return { ...peer, selection: { anchor, head }, unresolved: null }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

function fromBase64(text: unknown): Uint8Array | null {
  if (typeof text !== "string" || text.length > 400) return null
  try {
    return Uint8Array.from(atob(text), character => character.charCodeAt(0))
  } catch {
    return null
  }
}
