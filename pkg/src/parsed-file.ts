/** What the readers of files return: those in `background.ts` and those in `files.ts`. */

/** A remark of a file's reader: something odd, and how it was read. */
export interface Diagnostic {
  /** The line of the file, from 1. */
  readonly line: number
  readonly message: string
}

/** What is in a file: the script as bytes for the core, and what the reader had to remark. */
export interface ParsedFile {
  readonly script: Uint8Array
  readonly diagnostics: readonly Diagnostic[]
}

/** What a reader returned: the script, then a line and a message for each remark. */
export function parsedFile(read: unknown): ParsedFile {
  const [script, ...remarks] = read as [Uint8Array, ...(number | string)[]]
  const diagnostics: Diagnostic[] = []
  for (let at = 0; at < remarks.length; at += 2) {
    diagnostics.push({ line: Number(remarks[at]), message: String(remarks[at + 1]) })
  }
  return { script, diagnostics }
}
