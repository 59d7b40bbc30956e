'use client'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { type Client, NOTHING } from '../core/client.ts'
import type { ConnectionOptions, ConnectionSnapshot, Stats, UseServerSentEventsReturn } from '../types/index.ts'
import { useClient } from './client.ts'

export type { SSEHandlers, SSEMessage } from '../types/index.ts'

export interface ServerSentEvents extends UseServerSentEventsReturn, ConnectionSnapshot {
  /** From every state: tries now. */
  reconnect: () => void
  /** The same picture in one piece, as of its last change of state. */
  connection: ConnectionSnapshot
  /** Figures; a component that reads them is rendered as they change, up to ten times a second. */
  stats: Stats
  /** What is beneath, for what this hook does not show. */
  client: Client
}

const nothing = () => NOTHING

/**
 * The live connection of this browser, shared by all components and tabs that use the same gateway as the same user. It
 * is made when the first of them mounts and closed when the last one has gone. The functions never change. A component is
 * rendered when the state changes; at each event only if it reads `stats`, `lastSeenAt` or `lastEventId`.
 */
export const useServerSentEvents = (options?: ConnectionOptions): ServerSentEvents => {
  const client = useClient(options)
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
  const { subscribe, disconnect, reconnect } = client
  const lively = () => {
    use.events = true
    return globalThis.document ? client.view : NOTHING
  }
  return {
    ...connection,
    connection,
    subscribe,
    disconnect,
    reconnect,
    client,
    get stats() {
      use.stats = true
      watch()
      return lively().stats
    },
    get lastSeenAt() {
      return lively().connection.lastSeenAt
    },
    get lastEventId() {
      return lively().connection.lastEventId
    },
  }
}
