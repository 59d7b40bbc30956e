import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { TimelineEntry } from '../../hooks/index.ts'
import { forThisTab, keep, recall } from '../kept.ts'

/** How long one may change one's mind. */
export const GRACE = 7_000

export interface Removed {
  ids: string[]
  words: string
}

const NOTHING: Removed = { ids: [], words: '' }
const KEPT = 'removed'

/**
 * Removing that can be undone for a while: what is removed is hidden at once and really goes when the time is up or when
 * something else is removed. A page that is left before finishes that when it comes back.
 */
export const useRemoval = (user: string, timeline: TimelineEntry[], remove: (id: string) => void) => {
  const [removed, setRemoved] = useState(NOTHING)
  const [left, setLeft] = useState(() => recall(forThisTab, user, KEPT, NOTHING).ids)
  const pending = useRef(NOTHING)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const put = useCallback(
    (now: Removed) => {
      pending.current = now
      setRemoved(now)
      keep(forThisTab, user, KEPT, now)
      clearTimeout(timer.current)
    },
    [user],
  )

  const commit = useCallback(() => {
    const { ids } = pending.current
    if (!ids.length) return
    put(NOTHING)
    for (const id of ids) remove(id)
  }, [put, remove])

  const take = useCallback(
    (ids: string[], words: string) => {
      commit()
      put({ ids, words })
      timer.current = setTimeout(commit, GRACE)
    },
    [commit, put],
  )

  const undo = useCallback(() => put(NOTHING), [put])

  // The history is read after the first rendering.
  useEffect(() => {
    if (!left.length || !timeline.length) return
    setLeft([])
    keep(forThisTab, user, KEPT, NOTHING)
    for (const id of left) remove(id)
  }, [left, timeline, user, remove])

  useEffect(() => commit, [commit])

  const shown = useMemo(() => without(timeline, [...removed.ids, ...left]), [timeline, removed, left])
  return { shown, removed, take, undo }
}

/** The timeline without what is removed. */
export const without = (timeline: TimelineEntry[], ids: string[]): TimelineEntry[] => {
  if (!ids.length) return timeline
  const gone = new Set(ids)
  return timeline.flatMap(entry => {
    if (gone.has(entry.id)) return []
    const images = entry.images.filter(({ id }) => !gone.has(id))
    if (images.length === entry.images.length) return [entry]
    return images.length ? [{ ...entry, images }] : []
  })
}
