'use client'
import type { ConnectionOptions, ConnectionSnapshot } from '../types/index.ts'
import { useClient } from './client.ts'
import { useSelected } from './useSelected.ts'

const calm = ({ lastSeenAt, lastEventId, ...rest }: ConnectionSnapshot): ConnectionSnapshot => rest

/**
 * The state of the connection, or what `select` makes of it: `useConnection(it => it.isConnected)`. Rendered when that
 * changes and at no other time; a selector that reads `lastSeenAt` changes with each event.
 */
export function useConnection(): ConnectionSnapshot
export function useConnection<T>(select: (connection: ConnectionSnapshot) => T, options?: ConnectionOptions): T
export function useConnection<T>(
  select: (connection: ConnectionSnapshot) => T | ConnectionSnapshot = calm,
  options?: ConnectionOptions,
): T | ConnectionSnapshot {
  return useSelected(useClient(options), view => select(view.connection))
}
