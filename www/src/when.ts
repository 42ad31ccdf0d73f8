// Times in words.

import { locale, ui } from "./words/ui"

/** Made when they are asked for first: then the language is known. */
let made: ReturnType<typeof makeFormats> | null = null

function makeFormats(): Readonly<{ relative: Intl.RelativeTimeFormat } & Record<"clock" | "date" | "fullDate" | "full", Intl.DateTimeFormat>> {
  return {
    relative: new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
    clock: new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }),
    date: new Intl.DateTimeFormat(locale, { day: "numeric", month: "long" }),
    fullDate: new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" }),
    full: new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "medium" }),
  }
}

function formats(): ReturnType<typeof makeFormats> {
  made ??= makeFormats()
  return made
}

/** The last moment that a `Date` can be, and the first is as far before 1970. A time that others have written may be anything. */
const endOfTimeMs = 8.64e15

/** The nearest time that can be shown. */
export function shownMs(ms: number): number {
  const near = Math.min(Math.max(ms, -endOfTimeMs), endOfTimeMs)
  return Number.isNaN(near) ? 0 : near
}

/** "5 minutes ago", "in 7 days". */
export function fromNow(ms: number, nowMs = Date.now()): string {
  const minutes = Math.round((shownMs(ms) - nowMs) / 60_000)
  if (minutes === 0) return ui.when.now
  if (Math.abs(minutes) < 60) return formats().relative.format(minutes, "minute")
  const hours = Math.round(minutes / 60)
  return Math.abs(hours) < 24 ? formats().relative.format(hours, "hour") : formats().relative.format(Math.round(hours / 24), "day")
}

/** The time of day. */
export function timeOfDay(ms: number): string {
  return formats().clock.format(shownMs(ms))
}

/** "Today", "Yesterday", "3 March", or with the year. */
export function day(ms: number, nowMs = Date.now()): string {
  const days = Math.round((midnight(nowMs) - midnight(ms)) / 86_400_000)
  if (days === 0) return ui.when.today
  if (days === 1) return ui.when.yesterday
  return dateOf(ms, nowMs)
}

/** The same within a sentence: "today". */
export function dayWithin(ms: number, nowMs = Date.now()): string {
  const days = Math.round((midnight(nowMs) - midnight(ms)) / 86_400_000)
  return days === 0 ? ui.when.todayAt : days === 1 ? ui.when.yesterdayAt : dateOf(ms, nowMs)
}

/** Day and time in full. */
export function fullTime(ms: number): string {
  return formats().full.format(shownMs(ms))
}

/** The same for programs. */
export function machineTime(ms: number): string {
  return new Date(shownMs(ms)).toISOString()
}

function dateOf(ms: number, nowMs: number): string {
  const { date, fullDate } = formats()
  const at = new Date(shownMs(ms))
  return (at.getFullYear() === new Date(nowMs).getFullYear() ? date : fullDate).format(at)
}

function midnight(ms: number): number {
  return new Date(shownMs(ms)).setHours(0, 0, 0, 0)
}
