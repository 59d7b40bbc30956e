import type { TimelineEntry } from '../../hooks/index.ts'

export interface Group {
  name: string
  entries: TimelineEntry[]
}

const DAY = 86_400_000

const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0)

/** Today, Yesterday, Monday, 3 November, 3 November 2024. */
export const dayOf = (at: number, now: number): string => {
  // By days and not by hours: a day of a clock change has 23 or 25.
  const days = Math.round((midnight(now) - midnight(at)) / DAY)
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  const date = new Date(at)
  if (days < 7) return date.toLocaleDateString([], { weekday: 'long' })
  const year = date.getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric'
  return date.toLocaleDateString([], { day: 'numeric', month: 'long', year })
}

/** By day, in the order in which they come. */
export const groupsOf = (timeline: TimelineEntry[], now: number): Group[] => {
  const groups: Group[] = []
  for (const entry of timeline) {
    const name = dayOf(entry.createdAt, now)
    const last = groups.at(-1)
    if (last?.name === name) last.entries.push(entry)
    else groups.push({ name, entries: [entry] })
  }
  return groups
}
