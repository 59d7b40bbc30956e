import type { Sharing, Stats, Timing, TransportName } from '../types/index.ts'
import type { Demand, Status } from './connection.ts'
import type { Frame } from './frame.ts'

/** What the connection needs beside an address. */
export interface Settings {
  timing?: Partial<Timing>
  /** Sent along where the transport can carry them. */
  headers?: Record<string, string>
  /** Figures are posted to the gateway. */
  report?: boolean
}

/** What one tab wants; the first one is its hello. */
export interface Want extends Settings {
  type: 'want'
  demand: Demand
  after?: string
  /** Requests whose state is to be asked for. */
  asks?: string[]
  /** The figures are looked at. */
  watching?: boolean
}

export interface Do {
  type: 'do'
  what: 'nudge' | 'reconnect' | 'drop' | 'offline' | 'use' | 'forget' | 'renewed'
  arg?: unknown
}

/** From a tab to whoever holds the connection. */
export type Up =
  | Want
  | { type: 'bye' }
  /** When a request was posted, to measure how long its first update takes. */
  | { type: 'posted'; requestId: string; at: number }
  /** The state of a request that may have ended unheard. */
  | { type: 'ask'; requestId: string }
  | Do

/** From whoever holds the connection to the tabs. */
export type Down =
  | { status: Status }
  | { frame: Frame; transport: TransportName; replay?: boolean }
  | { stats: Stats }
  | { renewedAt: number }

/** What a tab writes to the worker; the first letter of all makes the connection. */
export interface Letter {
  from: string
  base: string
  up: Up
}

export interface LinkEvents {
  down(down: Down): void
  /** What this tab wants, asked whenever somebody new holds the connection. */
  want(): Want
  sharing(sharing: Sharing): void
  /** There is no way to the connection from here. */
  stuck(): void
}

/** A tab's line to whoever holds the connection. */
export interface Link {
  send(up: Up): void
  close(): void
}
