// One colour for each person, the same everywhere: by who they are, not by where they stand in a list.

import { personColors } from "./saved"

/** A person's colour. White text on it is readable. */
export function colorOf(person: string): string {
  let sum = 0
  for (const letter of person) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return personColors[sum % personColors.length] ?? "#625c53"
}
