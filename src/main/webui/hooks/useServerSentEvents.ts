import { useEffect, useMemo, useSyncExternalStore } from 'react'
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
  const { base, user } = options
  // biome-ignore lint/correctness/useExhaustiveDependencies: a gateway and a user make a connection; the rest only tunes it
  const client = useMemo(() => clientOf(options), [base, user])
  if (options.getToken) client.getToken = options.getToken
  useEffect(() => client.acquire(), [client])
  const { connection, stats } = useSyncExternalStore(client.listen, () => client.view, nothing)
  const { subscribe, disconnect, reconnect, experiments } = client
  return { ...connection, subscribe, disconnect, reconnect, stats, experiments, client }
}
