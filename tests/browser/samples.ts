// Screenplays of any length for the suite, made by the project's own generator.

import { execFileSync } from "node:child_process"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")
const made = new Map<string, string>()

/** A generated screenplay as Fountain; the same for the same numbers. */
export function generated(pages: number, seed = 1): string {
  const key = `${pages}/${seed}`
  const known = made.get(key)
  if (known !== undefined) return known
  const text = execFileSync(
    "cargo",
    ["run", "--quiet", "--package", "scriptroom", "--", "generate", "--pages", String(pages), "--seed", String(seed)],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024, stdio: ["ignore", "pipe", "inherit"] },
  )
  made.set(key, text)
  return text
}

/** A short scene to begin with. */
export const shortScript = `Title: The Night Ferry
Author: A. Writer

INT. FERRY, CAR DECK - NIGHT

Chains creak. MARA sits in a van that does not belong to her.

MARA
(to the dashboard)
You said four minutes.

The radio says nothing.

EXT. HARBOUR - NIGHT

A searchlight goes over the water and comes back.
`
