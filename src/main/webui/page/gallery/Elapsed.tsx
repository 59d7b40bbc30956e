import { useContext } from 'react'
import type { TimelineEntry } from '../../hooks/index.ts'
import { Cut } from '../connection/useCut.ts'
import { useNow } from '../ui/useNow.ts'
import { clock, isRunning, took } from './words.ts'

/** How long it has been running, or how long it took. */
export const Elapsed = ({ entry }: { entry: TimelineEntry }) => {
  const running = isRunning(entry)
  const cut = useContext(Cut)
  const now = useNow(running && !cut)
  const { createdAt, finishedAt } = entry
  if (running && cut) return <span data-elapsed>not heard of</span>
  return <time data-elapsed>{running ? clock(now - createdAt) : finishedAt ? took(finishedAt - createdAt) : ''}</time>
}
