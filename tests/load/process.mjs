// Starting and ending what is measured, and what the kernel knows of it: time on the processors, memory, bytes on disk.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as after } from "node:timers/promises"
import { DatabaseSync } from "node:sqlite"

const READY_WITHIN_MS = 60_000

/** Starts a program as the leader of a group of its own, and waits for the line that says where it listens. */
export async function started(program, args, { line, ...options }) {
  const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], ...options })
  const said = []
  const timer = setTimeout(() => end(child, "SIGKILL"), READY_WITHIN_MS)
  const heard = (text) => said.push(text.toString())
  child.stderr.on("data", heard)
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      said.push(`${text}\n`)
      const found = line.exec(text)
      if (found) return { child, found: found[1] }
    }
  } finally {
    clearTimeout(timer)
    child.stdout.resume()
    child.stderr.off("data", heard)
    child.stderr.resume()
  }
  throw new Error(`it did not start: ${said.join("").trim().split("\n").slice(-3).join(" / ")}`)
}

/** Ends a program and all that it started. */
export async function end(child, signal = "SIGTERM") {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, "exit")
  process.kill(-child.pid, signal)
  await ended
  while (isAlive(-child.pid)) await after(10)
}

/** Whether a process is there, or one of a group. */
function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A process and all that it started, as they are now. */
export function family(pid) {
  const children = new Map()
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const parent = reading(`/proc/${name}/stat`)?.split(") ").at(-1).split(" ")[1]
    if (parent) children.set(parent, [...(children.get(parent) ?? []), name])
  }
  const all = [String(pid)]
  for (const one of all) all.push(...(children.get(one) ?? []))
  return all.map(Number)
}

/** Milliseconds that these processes have spent on a processor, in all their threads. */
export function cpuMs(pids) {
  let sum = 0
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      sum += Number(reading(`/proc/${pid}/task/${thread}/schedstat`)?.split(" ")[0] ?? 0) / 1e6
    }
  }
  return sum
}

/** What of these processes lies in memory, and the most that ever did, in bytes. */
export function memory(pids) {
  const field = (name) => (pid) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(reading(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
  const sum = (name) => pids.map(field(name)).reduce((a, b) => a + b, 0)
  return { now: sum("VmRSS"), most: sum("VmHWM") }
}

function reading(path) {
  try {
    return readFileSync(path, "utf8")
  } catch {
    // The process, or the thread, has ended meanwhile.
    return null
  }
}

/** Bytes of a folder's files. What SQLite has in its journals goes into its files first: nobody may be using them. */
export function storedBytes(folder) {
  const files = () => readdirSync(folder, { recursive: true }).map((name) => join(folder, name))
  for (const file of files().filter((name) => name.endsWith(".sqlite"))) {
    const database = new DatabaseSync(file)
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
  }
  return files()
    .map((file) => statSync(file))
    .filter((stat) => stat.isFile())
    .reduce((sum, stat) => sum + stat.size, 0)
}
