import type { ConnectionSnapshot, Sharing, Stats, TransportName } from './connection.ts'
import type { HistoryStorage } from './storage.ts'
import type { GalleryImage, GenerationParams, TimelineEntry } from './timeline.ts'

/** Milliseconds, unless said otherwise. */
export interface Timing {
  /** A try that is not open by then has failed. */
  open: number
  /**
   * No event, not even a heartbeat, for that long: the connection is dead. 0: two and a half times as long as the
   * server's heartbeat, and 2.5 s.
   */
  silence: number
  /** What the browser waits before its own retry; the server's `retry:` is not visible to scripts. */
  retry: number
  /** The first upper bound of the random delay between tries; doubles with each failure. */
  base: number
  /** The last upper bound. */
  cap: number
  /** A connection that lived that long was good: the next failure starts from the first delay again. */
  stable: number
  /** Hidden for that long with nothing pending: let go. */
  pause: number
  /** How long one poll may wait at the server, in seconds. */
  wait: number
  /** Shortest and longest time between polls. */
  pollMin: number
  pollMax: number
  /** After the last component has gone, before the connection is closed. */
  linger: number
}

export interface ConnectionOptions {
  /** Where the gateway is; default: the root of the page's origin. What is relative is resolved once, at its first use. */
  base?: string
  /** Who is signed in: another user has another connection, another history. Default: whom the session names. */
  user?: string
  /** Gives a fresh token before the old one ends, or nothing. Without it the state becomes `expired` in the end. */
  getToken?: () => Promise<string | undefined>
  /**
   * How the token reaches the gateway. `cookie`, the default: exchanged for a session cookie. `bearer`: in the header
   * `Authorization` of every request, the event stream's included; for gateways of another site, whose cookies browsers
   * keep back. A WebSocket can't carry it: polling takes its place.
   */
  auth?: 'cookie' | 'bearer'
  /** Sent along with every request, where the transport can carry headers. */
  headers?: Record<string, string>
  /** Where faults are told that harm nobody; default: the console. */
  logger?: Pick<Console, 'error' | 'warn'>
  /** Default: the best that this browser can do. */
  share?: Sharing
  /**
   * Where the worker's file is, for bundlers that can't follow `new URL('./worker.js', import.meta.url)`: the address of a
   * copy of `image-gen-hooks/worker`, of the page's own origin.
   */
  workerUrl?: string | URL
  timing?: Partial<Timing>
  /** Whoever holds the connection tells the gateway now and then how it does; default: not. */
  report?: boolean
}

/** For a panel that lets people try things out. */
export interface Experiments {
  /** Cuts the connection as a network would. */
  drop: () => void
  /** Behaves as if there were no network, until told otherwise. */
  offline: (offline: boolean) => void
  /** Uses another transport for as long as the server lets it. */
  use: (transport: TransportName) => void
}

export interface SubmitOptions {
  /** The same key again is the same submission: it makes no second entry and no second job. */
  key?: string
}

export interface GenerateOptions<Params = unknown, Payload = unknown> extends SubmitOptions {
  /** Cancels it. */
  signal?: AbortSignal
  /** Hears of every change until it ends. */
  onProgress?: (entry: TimelineEntry<Params, Payload>) => void
}

export interface ImageGenerationOptions extends ConnectionOptions {
  /** How many entries are kept, beside those that still run; default 100. */
  limit?: number
  /** Where the history is kept; default: `localStorage`. */
  storage?: HistoryStorage
}

/** What is asked for: the prompt must be there, the rest has defaults; and what else the backend takes. */
export type Submitted<Params = unknown> = Partial<GenerationParams> & { prompt: string } & Params

/**
 * @typeParam Params what is asked for beside the members of `GenerationParams`
 * @typeParam Payload what the backend tells beside images and progress
 */
export interface UseImageGenerationReturn<Params = unknown, Payload = unknown> {
  /** Newest first. */
  timeline: TimelineEntry<Params, Payload>[]
  /** All images of the timeline, newest first, placeholders included. */
  images: GalleryImage[]
  /** Shows placeholders at once and asks the gateway; returns the new entry's id. Never throws. */
  submit: (params: Submitted<Params>, options?: SubmitOptions) => string
  /** As `submit`, but resolves with the finished entry; rejects with a `Failure`, or an `AbortError` when cancelled. */
  generate: (
    params: Submitted<Params>,
    options?: GenerateOptions<Params, Payload>,
  ) => Promise<TimelineEntry<Params, Payload>>
  cancel: (id: string) => void
  /** Asks again for an entry that failed or was cancelled, in its place. */
  retry: (id: string) => void
  /** Takes an entry, or one image by its id, out of the history; what still runs is cancelled. */
  remove: (id: string) => void
  /** Forgets the history of this user, in all tabs; what still runs is not cancelled. */
  clear: () => Promise<void>
  isGenerating: boolean
  connection: ConnectionSnapshot
  reconnect: () => void
  /** Figures; a component that reads them is rendered as they change. */
  stats: Stats
}
