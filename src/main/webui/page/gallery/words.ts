import type { TimelineEntry } from '../../hooks/index.ts'

export const isRunning = ({ status }: TimelineEntry): boolean => status === 'pending' || status === 'progress'

/** 0:07, 12:30, 1:02:03. */
export const clock = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** 840 ms, 4.2 s, 1:20. */
export const took = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : clock(ms)

export const bytes = (size: number): string =>
  size < 1000 ? `${size} B` : size < 1_000_000 ? `${Math.round(size / 1000)} kB` : `${(size / 1_000_000).toFixed(1)} MB`

export const titled = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

export const short = (text: string, length = 60): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`

export const imagesOf = (count: number): string => (count === 1 ? '1 image' : `${count} images`)

/** The time of today, with the day where it is another one. */
export const when = (at: number, now: number = Date.now()): string => {
  const date = new Date(at)
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }
  return date.toDateString() === new Date(now).toDateString()
    ? date.toLocaleTimeString([], time)
    : date.toLocaleString([], { ...time, day: 'numeric', month: 'short' })
}
