import { useCallback, useEffect, useRef } from 'react'
import type { RecentEvent, ServerSentEvents } from '../../hooks/index.ts'

const MINUTE = 60_000
const LOOK = 1_000

/**
 * The events of the last minute. The hooks remember the last 60, which is a few seconds of a busy stream: so they are
 * collected here, also while nobody looks. Whoever looks asks as often as they like; nobody is rendered for it.
 */
export const useLastMinute = (client: ServerSentEvents['client']): (() => RecentEvent[]) => {
  const kept = useRef<RecentEvent[]>([])
  const look = useCallback(() => {
    const last = kept.current.at(-1)?.at ?? 0
    const since = Date.now() - MINUTE
    const fresh = client.view.stats.recent.filter(({ at }) => at > last)
    kept.current = [...kept.current, ...fresh].filter(({ at }) => at >= since)
    return kept.current
  }, [client])
  useEffect(() => {
    kept.current = []
    const stop = client.watch()
    const timer = setInterval(look, LOOK)
    return () => {
      stop()
      clearInterval(timer)
    }
  }, [client, look])
  return look
}
