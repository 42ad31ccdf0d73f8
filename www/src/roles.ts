// What the roles are, and what each may do.

import type { Role } from "scriptroom"

/** The roles, from the one that may do most. */
export const roles: readonly Role[] = ["owner", "editor", "commenter", "viewer"]

/** Whether somebody with this role may write; while the relay has not said, it is taken to be so. */
export function mayWrite(role: Role | null): boolean {
  return role !== "viewer" && role !== "commenter"
}

/** Whether somebody with this role may comment; while the relay has not said, it is taken to be so. */
export function mayComment(role: Role | null): boolean {
  return role !== "viewer"
}
