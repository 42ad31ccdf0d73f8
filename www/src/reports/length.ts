// How long a script was over time: read from its history, a point a day.

import type { ReportTable, ScriptHandle } from "scriptroom"
import type { RelayScript, Sitting } from "scriptroom/relay"
import { shownMs } from "../when"

/** More points than this show nothing more, and each is a version to fetch. */
const mostPoints = 40

/** As many parts of the history are asked for, of a script with years of it. */
const mostParts = 200

/** The length of each day's last version, oldest first; of many days some, the first and the last among them. */
export async function lengthOverTime(script: ScriptHandle, relay: RelayScript, onProgress: (done: number, of: number) => void): Promise<ReportTable> {
  const points = some(lastOfEachDay(await allSittings(relay)))
  const rows: (string | number)[][] = []
  for (const { to, version } of points) {
    onProgress(rows.length, points.length)
    const { rows: figures } = await script.measure(await relay.fountain(version))
    const figure = (name: string): number => Number(figures.find(([of]) => of === name)?.[1] ?? 0)
    rows.push([day(to), figure("pages"), figure("scenes"), figure("words")])
  }
  const columns = ["date", "pages", "scenes", "words"]
  const csv = [columns, ...rows].map(row => `${row.join(",")}\r\n`).join("")
  return { csv, columns, rows }
}

async function allSittings(relay: RelayScript): Promise<Sitting[]> {
  const sittings: Sitting[] = []
  let before: number | null | undefined
  for (let part = 0; part < mostParts && before !== null; part += 1) {
    const history = await relay.history(before)
    sittings.push(...history.versions)
    before = history.before
  }
  return sittings.sort((one, other) => one.version - other.version)
}

function lastOfEachDay(sittings: readonly Sitting[]): Sitting[] {
  return sittings.filter(({ to }, at) => {
    const next = sittings[at + 1]
    return next === undefined || day(next.to) !== day(to)
  })
}

function some(points: readonly Sitting[]): readonly Sitting[] {
  if (points.length <= mostPoints) return points
  const step = (points.length - 1) / (mostPoints - 1)
  return Array.from({ length: mostPoints }, (_, at) => points[Math.round(at * step)]).filter(point => point !== undefined)
}

/** The day as the writer's calendar has it. */
function day(ms: number): string {
  const date = new Date(shownMs(ms))
  const two = (number: number): string => String(number).padStart(2, "0")
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
