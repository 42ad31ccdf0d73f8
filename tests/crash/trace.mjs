// What workerd asks of the disk and says to its sockets, in order, as strace tells it.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"

const CALLS = ["openat", "unlinkat", "pwrite64", "ftruncate", "fsync", "fdatasync", "sendto", "sendmsg", "write", "writev"]

/** Traces a process into a file, until `stop`. */
export class Trace {
  static async of(pid, file) {
    const options = ["-f", "-yy", "-ttt", "-T", "-xx", "-s", "65536", "-e", `trace=${CALLS.join(",")}`, "-o", file, "-p", String(pid)]
    const strace = spawn("strace", options, { stdio: ["ignore", "ignore", "pipe"] })
    const failed = once(strace, "error").then(([error]) => {
      throw new Error(`strace does not start (Debian has a package of that name): ${error.message}`)
    })
    const lines = createInterface({ input: strace.stderr })
    await Promise.race([failed, once(lines, "line")])
    return new Trace(strace, file)
  }

  constructor(strace, file) {
    this.strace = strace
    this.file = file
  }

  /** Lets the process go on alone, and gives what it did. */
  async stop() {
    this.strace.kill("SIGINT")
    await once(this.strace, "exit")
    return parse(readFileSync(this.file, "latin1"))
  }
}

/** The calls of a trace that came to their end, in the order in which they did. */
export function parse(text) {
  const begun = new Map()
  const calls = []
  for (const line of text.split("\n")) {
    const [, pid, at, rest] = /^(\d+)\s+([\d.]+) (.*)$/.exec(line) ?? []
    if (!rest) continue
    if (rest.endsWith("<unfinished ...>")) {
      begun.set(pid, rest.slice(0, -"<unfinished ...>".length))
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    const call = callOf(resumed ? (begun.get(pid) ?? "") + resumed[1] : rest, Number(at))
    if (call) calls.push(call)
  }
  return calls
}

function callOf(text, at) {
  const [, name, given, result, took] = /^(\w+)\((.*)\)\s+= (-?\d+).*?(?:<([\d.]+)>)?$/.exec(text) ?? []
  if (!name || Number(result) < 0) return null
  const place = /^(?:AT_FDCWD|\d+)<((?:[^<>]|<[^<>]*>|->)*)>/.exec(given)?.[1] ?? ""
  const bytes = /"((?:\\x[0-9a-f]{2})*)"/.exec(given)?.[1]
  return {
    name,
    at,
    result: Number(result),
    took: Number(took ?? 0),
    place: unescaped(place),
    bytes: bytes === undefined ? null : Buffer.from(bytes.replaceAll("\\x", ""), "hex"),
    // The last number of a pwrite64 or ftruncate.
    number: Number(/(\d+)$/.exec(given)?.[1] ?? Number.NaN),
    given,
  }
}

const unescaped = (path) => path.replace(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
