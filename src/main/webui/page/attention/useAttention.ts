import { useEffect, useRef } from 'react'
import type { TimelineEntry } from '../../hooks/index.ts'
import { imagesOf, isRunning, short } from '../gallery/words.ts'

const TITLE = 'image-gen studio'

/** What has ended since the step before. */
const ended = (before: TimelineEntry[], now: TimelineEntry[]): TimelineEntry[] => {
  const running = new Set(before.filter(isRunning).map(({ id }) => id))
  return now.filter(entry => running.has(entry.id) && (entry.status === 'done' || entry.status === 'error'))
}

const wordsOf = ({ status, images, error = '' }: TimelineEntry): string =>
  status === 'error' ? error : images.length === 1 ? 'The image is ready.' : `${imagesOf(images.length)} are ready.`

const mayNotify = () => 'Notification' in globalThis && Notification.permission === 'granted'

/** While nobody looks: counts in the title what has ended, and says so where the person has allowed that. */
export const useAttention = (timeline: TimelineEntry[]): void => {
  const before = useRef(timeline)
  const unseen = useRef(0)
  useEffect(() => {
    const news = ended(before.current, timeline)
    before.current = timeline
    if (!document.hidden || !news.length) return
    unseen.current += news.length
    document.title = `(${unseen.current}) ${TITLE}`
    if (!mayNotify()) return
    for (const entry of news) {
      const notice = new Notification(short(entry.prompt), { body: wordsOf(entry), tag: entry.id })
      notice.onclick = () => {
        window.focus()
        notice.close()
      }
    }
  }, [timeline])
  useEffect(() => {
    const seen = () => {
      if (document.hidden) return
      unseen.current = 0
      document.title = TITLE
    }
    document.addEventListener('visibilitychange', seen)
    return () => {
      document.removeEventListener('visibilitychange', seen)
      document.title = TITLE
    }
  }, [])
}
