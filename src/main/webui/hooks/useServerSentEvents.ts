'use client'
import type { Client } from '../core/client.ts'
import type { ConnectionOptions, ConnectionSnapshot, Stats, UseServerSentEventsReturn } from '../types/index.ts'
import { useClient } from './client.ts'
import { useLive } from './useLive.ts'

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

/**
 * The live connection of this browser, shared by all components and tabs that use the same gateway as the same user. It
 * is made when the first of them mounts and closed when the last one has gone. The functions never change. A component is
 * rendered when the state changes; at each event only if it reads `stats`, `lastSeenAt` or `lastEventId`.
 */
export const useServerSentEvents = (options?: ConnectionOptions): ServerSentEvents => {
  const client = useClient(options)
  const { connection, view, stats } = useLive(client)
  const { subscribe, disconnect, reconnect } = client
  return {
    ...connection,
    connection,
    subscribe,
    disconnect,
    reconnect,
    client,
    get stats() {
      return stats()
    },
    get lastSeenAt() {
      return view().connection.lastSeenAt
    },
    get lastEventId() {
      return view().connection.lastEventId
    },
  }
}
