import type { Timing } from '../types/index.ts'
import type { Failure } from './failure.ts'
import type { Frame } from './frame.ts'

export interface Listener {
  open(): void
  frame(frame: Frame): void
  /** It broke after having been open, and the browser tries again by itself. */
  resuming(): void
  /** It is over. Without a failure the reason can't be seen from here. */
  lost(failure?: Failure): void
}

export interface Plan {
  /** Absolute, without a query. */
  url: string
  /** The cursor to go on from. */
  after?: string
  timing: Timing
  /** To be sent along where the transport can carry them. */
  headers?: Record<string, string>
  /** Somebody is looking and waits for something: worth a poll. */
  active(): boolean
}

export interface Transport {
  /** Ends it; the listener hears nothing more. */
  close(): void
  /** Whether it is `active` may have changed. */
  poke?(): void
}

export type OpenTransport = (plan: Plan, listener: Listener) => Transport

export const withAfter = (url: string, after?: string): string =>
  after ? `${url}${url.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}` : url
