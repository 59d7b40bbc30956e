import type { ConnectionSnapshot, ConnectionState, RecentEvent, TransportName } from '../../hooks/index.ts'

export const TRANSPORTS: Record<TransportName, string> = {
  sse: 'Server-Sent Events',
  websocket: 'WebSocket',
  polling: 'Polling',
}

export const SHORT: Record<TransportName, string> = { sse: 'SSE', websocket: 'WebSocket', polling: 'Polling' }

export const STATES: Record<ConnectionState, string> = {
  idle: 'Disconnected',
  connecting: 'Connecting',
  open: 'Live',
  waiting: 'Reconnecting',
  polling: 'Polling',
  moved: 'Switching',
  expired: 'Signed out',
  failed: 'Refused',
  paused: 'Resting',
}

/** How it looks: which of five drawings stands for a state. */
export const SIGNS: Record<ConnectionState, 'live' | 'half' | 'trying' | 'off' | 'broken'> = {
  idle: 'off',
  connecting: 'trying',
  open: 'live',
  waiting: 'trying',
  polling: 'half',
  moved: 'trying',
  expired: 'broken',
  failed: 'broken',
  paused: 'off',
}

const SHARING = {
  worker: 'one connection for all tabs, in a worker',
  tabs: 'one connection for all tabs, in one of them',
  none: 'a connection for this tab alone',
}

export const sharingOf = ({ sharing }: ConnectionSnapshot): string => SHARING[sharing]

export const KINDS: Record<RecentEvent['kind'], string> = {
  message: 'update',
  heartbeat: 'heartbeat',
  resume: 'resume',
  transport: 'transport',
  session: 'session',
  invalid: 'invalid',
}

/** The state in one sentence. */
export const sentenceOf = ({ state, transport, lastError }: ConnectionSnapshot): string => {
  const why = lastError ? ` ${lastError.message}` : ''
  switch (state) {
    case 'open':
      return `Updates arrive live over ${TRANSPORTS[transport]}.`
    case 'polling':
      return `Updates are asked for now and then.${why}`
    case 'connecting':
      return `Opening ${TRANSPORTS[transport]}.`
    case 'moved':
      return `Moving to ${TRANSPORTS[transport]}; nothing is lost.`
    case 'waiting':
      return `Trying again soon; nothing is lost.${why}`
    case 'expired':
      return 'The session has ended. Sign in again, and it goes on where it was.'
    case 'failed':
      return `The server refused the connection.${why}`
    case 'paused':
      return 'Resting, because nobody looked and nothing was awaited.'
    case 'idle':
      return 'Not connected.'
  }
}

export const milliseconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
