'use client'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { type Client, NOTHING, type View } from '../core/client.ts'

const same = (one: unknown, other: unknown): boolean => {
  if (Object.is(one, other)) return true
  if (!one || !other || typeof one !== 'object' || typeof other !== 'object') return false
  const [mine, theirs] = [Object.entries(one), other as Record<string, unknown>]
  return mine.length === Object.keys(theirs).length && mine.every(([name, value]) => Object.is(value, theirs[name]))
}

/** What `select` makes of the client's view, while a component is mounted; rendered only when that is another thing. */
export const useSelected = <T>(client: Client, select: (view: View) => T): T => {
  useEffect(() => client.acquire(), [client])
  const last = useRef<{ value: T }>(undefined)
  const selected = (view: View): T => {
    const value = select(view)
    if (!last.current || !same(last.current.value, value)) last.current = { value }
    return last.current.value
  }
  return useSyncExternalStore(
    client.listen,
    () => selected(client.view),
    () => select(NOTHING),
  )
}
