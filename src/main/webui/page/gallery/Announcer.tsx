import { useEffect, useRef, useState } from 'react'
import type { TimelineEntry } from '../../hooks/index.ts'
import { announcements } from './announcements.ts'

/** Tells a screen reader politely what a glance would tell. */
export const Announcer = ({ timeline }: { timeline: TimelineEntry[] }) => {
  const [since] = useState(Date.now)
  const before = useRef<TimelineEntry[]>([])
  const [words, setWords] = useState('')
  useEffect(() => {
    const said = announcements(before.current, timeline, since)
    before.current = timeline
    if (said.length) setWords(said.join(' '))
  }, [timeline, since])
  return (
    <div className="hidden-visually" role="status" aria-live="polite" data-announcer>
      {words}
    </div>
  )
}
