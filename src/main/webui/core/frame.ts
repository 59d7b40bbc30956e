import type { SessionNotice, SSEMessage, TransportName } from '../types/index.ts'

/** What a transport hands up: the same words whatever carried them. */
export type Frame =
  | { kind: 'message'; id?: string; message: SSEMessage }
  /** `interval`: the longest silence that the server means to keep, in milliseconds. */
  | { kind: 'heartbeat'; interval?: number }
  | { kind: 'resume'; verdict: 'complete' | 'gap' }
  | { kind: 'transport'; transport: TransportName }
  | ({ kind: 'session' } & SessionNotice)
  /** The server shuts down; come back after that many milliseconds. */
  | { kind: 'drain'; retry?: number }
  | { kind: 'invalid'; text: string }
  /** Of a later version of the protocol, to be skipped. */
  | { kind: 'unknown' }

export const KINDS = ['message', 'heartbeat', 'resume', 'transport', 'session', 'drain'] as const

const isMessage = (it: SSEMessage): boolean =>
  typeof it.request_id === 'string' &&
  ['OK', 'ERROR', 'PROGRESS'].includes(it.status) &&
  Array.isArray(it.payload?.images ?? [])

/** Reads one event. `kind` and `id` are its own where the transport has no place for them. Never throws. */
export const frameOf = (text: string, kind?: string, id?: string): Frame => {
  try {
    const { event = kind ?? 'message', id: own = id, ...data } = JSON.parse(text)
    if (event === 'message') {
      if (isMessage(data)) return { kind: event, id: own || undefined, message: data }
    } else if (typeof event === 'string')
      return KINDS.includes(event as never) ? { ...data, kind: event } : { kind: 'unknown' }
  } catch {
    // Not JSON; told below.
  }
  return { kind: 'invalid', text: String(text).slice(0, 200) }
}
