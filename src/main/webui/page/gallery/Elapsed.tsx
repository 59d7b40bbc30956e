import type { TimelineEntry } from '../../hooks/index.ts'
import { useNow } from '../ui/useNow.ts'
import { clock, isRunning, took } from './words.ts'

/** How long it has been running, or how long it took. */
export const Elapsed = ({ entry }: { entry: TimelineEntry }) => {
  const running = isRunning(entry)
  const now = useNow(running)
  const { createdAt, finishedAt } = entry
  return <time data-elapsed>{running ? clock(now - createdAt) : finishedAt ? took(finishedAt - createdAt) : ''}</time>
}
