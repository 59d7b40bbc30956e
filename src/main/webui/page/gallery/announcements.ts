import type { TimelineEntry } from '../../hooks/index.ts'
import { imagesOf, isRunning, short } from './words.ts'

/**
 * What a listener should hear of the step from one timeline to the next: that it was started, half of the way, and the
 * end. Not every percent, and nothing that was asked for before `since`, when the page was opened, unless it goes on.
 */
export const announcements = (before: TimelineEntry[], now: TimelineEntry[], since: number): string[] => {
  const known = new Map(before.map(entry => [entry.id, entry]))
  return now.flatMap(entry => {
    const prompt = short(entry.prompt)
    const old = known.get(entry.id)
    if (isRunning(entry)) {
      const restarted = old && !isRunning(old)
      if (restarted || (!old && entry.createdAt >= since))
        return [`Generating ${imagesOf(entry.params.count)}: ${prompt}`]
      return old && old.progress < 50 && entry.progress >= 50 ? [`Half done: ${prompt}`] : []
    }
    if (!old || !isRunning(old)) return []
    if (entry.status === 'error') return [`Failed: ${prompt}. ${entry.error}`]
    if (entry.status === 'cancelled') return [`Cancelled: ${prompt}`]
    return [`${entry.images.length === 1 ? 'The image is' : `${imagesOf(entry.images.length)} are`} ready: ${prompt}`]
  })
}
