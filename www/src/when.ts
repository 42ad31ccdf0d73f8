// Times in words.

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" })
const clock = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" })
const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "long" })
const fullDate = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" })

/** "5 minutes ago", "in 7 days". */
export function fromNow(ms: number, nowMs = Date.now()): string {
  const minutes = Math.round((ms - nowMs) / 60_000)
  if (minutes === 0) return "just now"
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute")
  const hours = Math.round(minutes / 60)
  return Math.abs(hours) < 24 ? relative.format(hours, "hour") : relative.format(Math.round(hours / 24), "day")
}

/** The time of day. */
export function timeOfDay(ms: number): string {
  return clock.format(ms)
}

/** "Today", "Yesterday", "3 March", or with the year. */
export function day(ms: number, nowMs = Date.now()): string {
  const days = Math.round((midnight(nowMs) - midnight(ms)) / 86_400_000)
  if (days === 0) return "Today"
  if (days === 1) return "Yesterday"
  return (new Date(ms).getFullYear() === new Date(nowMs).getFullYear() ? date : fullDate).format(ms)
}

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0)
}
