import { useEffect, useSyncExternalStore } from 'react'
import { type Client, clientOf, NOTHING } from '../core/client.ts'
import type {
  ConnectionOptions,
  ConnectionSnapshot,
  Experiments,
  Stats,
  UseServerSentEventsReturn,
} from '../types/index.ts'

export type { SSEHandlers, SSEMessage } from '../types/index.ts'

export interface ServerSentEvents extends UseServerSentEventsReturn, ConnectionSnapshot {
  /** From every state: tries now. */
  reconnect: () => void
  /** The same picture in one piece. */
  connection: ConnectionSnapshot
  stats: Stats
  experiments: Experiments
  /** What is beneath, for what this hook does not show. */
  client: Client
}

const nothing = () => NOTHING

/**
 * The live connection of this browser, shared by all components and tabs that use the same gateway as the same user. It
 * is made when the first of them mounts and closed when the last one has gone. The functions never change.
 */
export const useServerSentEvents = (options: ConnectionOptions = {}): ServerSentEvents => {
  const client = clientOf(options)
  useEffect(() => client.acquire(), [client])
  const { connection, stats } = useSyncExternalStore(client.listen, () => client.view, nothing)
  const { subscribe, disconnect, reconnect, experiments } = client
  return { ...connection, connection, subscribe, disconnect, reconnect, stats, experiments, client }
}
