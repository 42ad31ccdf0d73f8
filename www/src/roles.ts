// What the roles are called, and what each may do.

import type { Role } from "scriptroom"

/** The roles, from the one that may do most. */
export const roles: readonly Role[] = ["owner", "editor", "commenter", "viewer"]

/** Their names. */
export const roleNames: Readonly<Record<Role, string>> = {
  owner: "Owner",
  editor: "Editor",
  commenter: "Commenter",
  viewer: "Viewer",
}

/** What each may do. */
export const roleWords: Readonly<Record<Role, string>> = {
  owner: "can write, and decides who is here",
  editor: "can write",
  commenter: "can read and comment",
  viewer: "can read",
}

/** Whether somebody with this role may write; while the relay has not said, it is taken to be so. */
export function mayWrite(role: Role | null): boolean {
  return role !== "viewer" && role !== "commenter"
}

/** Whether somebody with this role may comment; while the relay has not said, it is taken to be so. */
export function mayComment(role: Role | null): boolean {
  return role !== "viewer"
}
