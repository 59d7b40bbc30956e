import { useEffect, useState } from 'react'
import type { TimelineEntry } from '../../hooks/index.ts'

const STEP = 40

/** The first entries, and more of them as somebody scrolls: a thousand strips at once would be slow for nothing. */
export const useMore = (
  timeline: TimelineEntry[],
): [some: TimelineEntry[], more: ((end: HTMLElement | null) => void) | undefined] => {
  const [count, setCount] = useState(STEP)
  const [end, setEnd] = useState<HTMLElement | null>(null)
  const left = timeline.length > count
  // biome-ignore lint/correctness/useExhaustiveDependencies: observed anew with each step, or it would be heard of once
  useEffect(() => {
    if (!end) return
    const observer = new IntersectionObserver(
      ([seen]) => {
        if (seen?.isIntersecting) setCount(before => before + STEP)
      },
      { rootMargin: '1200px' },
    )
    observer.observe(end)
    return () => observer.disconnect()
  }, [end, count])
  return [left ? timeline.slice(0, count) : timeline, left ? setEnd : undefined]
}
