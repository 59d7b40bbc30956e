'use client'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { type Client, NOTHING, type View } from '../core/client.ts'
import type { ConnectionSnapshot, Stats } from '../types/index.ts'

/** The connection as of its last change of state, and what makes a component be rendered more often if it looks. */
export interface Live {
  connection: ConnectionSnapshot
  /** With each event, up to ten times a second. */
  view: () => View
  stats: () => Stats
}

const nothing = () => NOTHING

/** Keeps the client alive while a component is mounted, and renders it when what it has looked at changes. */
export const useLive = (client: Client): Live => {
  const use = useRef<{ events?: boolean; stats?: boolean; mounted?: boolean; stop?: () => void }>({}).current
  useEffect(() => {
    const release = client.acquire()
    return () => {
      release()
      use.stop?.()
      use.mounted = use.stop = undefined
    }
  }, [client, use])
  const watch = () => {
    if (use.mounted && use.stats) use.stop ??= client.watch()
  }
  useEffect(() => {
    use.mounted = true
    watch()
  })
  const { connection } = useSyncExternalStore(client.listen, () => (use.events ? client.view : client.calm), nothing)
  const view = () => {
    use.events = true
    return globalThis.document ? client.view : NOTHING
  }
  return {
    connection,
    view,
    stats() {
      use.stats = true
      watch()
      return view().stats
    },
  }
}
