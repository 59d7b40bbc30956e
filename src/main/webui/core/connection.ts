import type { ConnectionFailure, ConnectionState, Timing, TransportName } from '../types/index.ts'
import { Failure } from './failure.ts'
import type { Frame } from './frame.ts'
import { ask, askJson } from './http.ts'
import { next, type Signal } from './machine.ts'
import { openPolling } from './polling.ts'
import { openSse } from './sse.ts'
import { fullJitter, Timer } from './timing.ts'
import { type Listener, type OpenTransport, type Plan, type Transport, withAfter } from './transport.ts'
import { openWebSocket } from './websocket.ts'

/** What those who use the connection want of it, taken together. */
export interface Demand {
  /** Somebody looks at the page. */
  visible: boolean
  /** Somebody waits for a result. */
  pending: boolean
}

/** What only the holder of the connection knows; each user adds what it saw itself. */
export interface Status {
  state: ConnectionState
  transport: TransportName
  reconnectCount: number
  attempt: number
  nextRetryAt?: number
  lastError?: ConnectionFailure
  openedAt?: number
  openMs?: number
}

export interface ConnectionEvents {
  status(status: Status): void
  frame(frame: Frame, transport: TransportName): void
}

// The paths are ours: those that the server names may be other ones than what a proxy in front of it shows.
const PATHS: Record<TransportName, string> = {
  sse: '/api/image-gen/events',
  websocket: '/ws/image-gen',
  polling: '/api/image-gen/updates',
}
const OPEN: Record<TransportName, OpenTransport> = { sse: openSse, websocket: openWebSocket, polling: openPolling }

const WORDS = {
  silent: 'The connection went silent.',
  closed: 'The connection was lost.',
  moved: 'The server asks for another transport.',
  unsupported: 'This browser has no EventSource.',
}

/** A plain copy, which can be posted from a worker to its tabs. */
const plain = ({ kind, message, status, type, at }: Failure): ConnectionFailure => ({ kind, message, status, type, at })

const broken = (kind: keyof typeof WORDS, transport?: TransportName): Failure =>
  new Failure(kind, { message: WORDS[kind], transport })

/** What another try over the same transport hardly mends: poll at once. Anything else gets a second try first. */
const HOPELESS = ['silent', 'wrong-content', 'unsupported', 'refused']

/**
 * The one live connection, wherever it lives (a worker, a tab). Keeps the state machine of machine.ts, the cursor, the
 * backoff and the watchdog; needs no page.
 */
export class Connection {
  #state: ConnectionState = 'idle'
  /** What the server wants us to use. */
  #wanted: TransportName = 'sse'
  #stream?: Transport
  #poller?: Transport
  /** Counts tries, so that a late answer of an older one is not taken for the current one's. */
  #round = 0
  #attempt = 0
  #moves = 0
  #opens = 0
  #cut = false
  #held = false
  #active = false
  #notBefore = 0
  #triedAt = 0
  #seenAt = 0
  #openedAt?: number
  #openMs?: number
  #nextRetryAt?: number
  #error?: ConnectionFailure
  readonly #retry = new Timer()
  readonly #watch = new Timer()
  readonly #rest = new Timer()
  readonly #base: string
  readonly #timing: Timing
  readonly #events: ConnectionEvents
  after?: string

  constructor(base: string, timing: Timing, events: ConnectionEvents) {
    this.#base = base
    this.#timing = timing
    this.#events = events
  }

  get status(): Status {
    const live = this.#state === 'polling' ? 'polling' : this.#wanted
    return {
      state: this.#state,
      transport: live,
      reconnectCount: Math.max(0, this.#opens - 1),
      attempt: this.#attempt,
      nextRetryAt: this.#nextRetryAt,
      lastError: this.#error,
      openedAt: this.#openedAt,
      openMs: this.#openMs,
    }
  }

  demand({ visible, pending }: Demand): void {
    this.#active = visible && pending
    if (visible || pending) {
      this.#rest.clear()
      if (this.#state === 'idle' || this.#state === 'paused') this.#try()
    } else {
      if (this.#state === 'idle') this.#try()
      this.#rest.set(this.#timing.pause, () => this.#end('rest'))
    }
    this.#poller?.poke?.()
  }

  /** Online again, visible again: a good moment. Does not disturb what works or is under way. */
  nudge(): void {
    const now = Date.now()
    if (this.#state === 'open') {
      // Slept through some heartbeats: it may be half-open.
      if (now - this.#seenAt > this.#timing.silence / 2) this.#try()
    } else if (this.#state !== 'idle' && (!this.#stream || this.#state === 'waiting') && now >= this.#notBefore) {
      this.#try()
    }
  }

  /** From every state: now, whatever was planned. */
  reconnect(): void {
    this.#attempt = this.#moves = 0
    this.#try()
  }

  stop(): void {
    this.#end('stop')
  }

  /** Cuts the connection as a network would. */
  drop(): void {
    if (this.#stream) this.#lost(broken('closed'))
  }

  offline(cut: boolean): void {
    this.#cut = cut
    if (this.#state === 'idle') return
    this.#stopPolling()
    if (cut) this.#lost(new Failure('offline'))
    else this.#try()
  }

  use(transport: TransportName): void {
    this.#moves = 0
    // Every poll is told to go where the flag says; not while somebody wants to see polling.
    this.#held = transport === 'polling'
    if (this.#state !== 'idle') this.#move(transport)
  }

  #try(): void {
    const round = this.#hush()
    this.#error = this.#state === 'idle' ? undefined : this.#error
    this.#signal('start')
    this.#triedAt = Date.now()
    if (this.#cut) this.#lost(new Failure('offline'))
    else if (this.#wanted === 'polling') this.#poll()
    else if (this.#wanted === 'sse' && !globalThis.EventSource) this.#lost(broken('unsupported'))
    else this.#open(round)
  }

  #open(round: number): void {
    const current =
      <A extends unknown[]>(run: (...args: A) => void) =>
      (...args: A) => {
        if (round === this.#round) run(...args)
      }
    this.#stream = OPEN[this.#wanted](this.#plan(this.#wanted), {
      open: current(() => {
        this.#opened()
        this.#stopPolling()
        this.#signal('opened')
        this.#guard()
      }),
      frame: current(frame => this.#frame(frame, this.#wanted)),
      resuming: current(() => {
        if (!this.#stable) return void this.#lost()
        this.#triedAt = Date.now()
        this.#settle()
        this.#nextRetryAt = this.#triedAt + this.#timing.retry
        this.#watch.set(this.#timing.retry + this.#timing.open, () => this.#lost(broken('silent')))
        this.#error = plain(broken('closed'))
        this.#signal('lost')
      }),
      lost: current(failure => this.#lost(failure)),
    } satisfies Listener)
    this.#watch.set(this.#timing.open, () => this.#lost(broken('silent')))
  }

  #plan(transport: TransportName): Plan {
    return {
      url: this.#base + PATHS[transport],
      after: this.after,
      timing: this.#timing,
      active: () => this.#active,
    }
  }

  /** Ends the stream and whatever is planned for it; polling goes on. */
  #hush(): number {
    this.#retry.clear()
    this.#watch.clear()
    this.#stream?.close()
    this.#stream = this.#nextRetryAt = undefined
    return ++this.#round
  }

  #stopPolling(): void {
    this.#poller?.close()
    this.#poller = undefined
  }

  #opened(): void {
    this.#openedAt = this.#seenAt = Date.now()
    this.#openMs = this.#openedAt - this.#triedAt
    this.#nextRetryAt = this.#error = undefined
    this.#notBefore = 0
    this.#opens++
  }

  get #stable(): boolean {
    return !!this.#openedAt && Date.now() - this.#openedAt >= this.#timing.stable
  }

  /** Forgets earlier failures if the connection that has just ended was a good one: the hysteresis of the ladder. */
  #settle(): void {
    if (this.#stable) this.#attempt = this.#moves = 0
    this.#openedAt = undefined
  }

  /** Heartbeats stop coming: a mute proxy, a half-open socket. Looks now and then instead of at each event. */
  #guard(): void {
    const left = this.#seenAt + this.#timing.silence - Date.now()
    if (left <= 0) this.#lost(broken('silent'))
    else this.#watch.set(left, () => this.#guard())
  }

  async #lost(failure?: Failure): Promise<void> {
    const round = this.#hush()
    this.#settle()
    this.#attempt++
    if (this.#state !== 'polling') this.#signal('lost')
    const found = failure ?? (await this.#probe())
    if (round === this.#round) this.#judge(found)
  }

  /** A browser tells nothing about a refused stream; a fetch of the same address does. */
  async #probe(): Promise<Failure> {
    try {
      const signal = AbortSignal.timeout(this.#timing.open)
      if (this.#wanted === 'websocket') {
        const { transport } = await askJson<{ transport: TransportName }>(`${this.#base}/api/image-gen/transport`, {
          signal,
        })
        if (transport !== 'websocket') return broken('moved', transport)
      } else {
        const response = await ask(withAfter(this.#base + PATHS.sse, this.after), 'text/event-stream', { signal })
        await response.body?.cancel()
      }
      return broken('closed')
    } catch (thrown) {
      // A stream that broke while it was let go of is no failure of the question.
      return thrown instanceof Failure ? thrown : broken('closed')
    }
  }

  #judge(failure: Failure): void {
    const { kind, transport, retryAfter } = failure
    this.#error = plain(failure)
    if (kind === 'unauthorized') this.#end('expired')
    else if (kind === 'forbidden') this.#refuse()
    else if (transport && transport !== this.#wanted) this.#move(transport)
    else {
      this.#later(retryAfter)
      if (kind !== 'offline' && (this.#attempt > 1 || HOPELESS.includes(kind))) this.#poll()
    }
  }

  #later(retryAfter = 0): void {
    const delay = Math.max(retryAfter, fullJitter(this.#attempt, this.#timing))
    this.#nextRetryAt = Date.now() + delay
    this.#notBefore = retryAfter && this.#nextRetryAt
    this.#retry.set(delay, () => this.#try())
    this.#publish()
  }

  #move(transport: TransportName): void {
    this.#settle()
    // Sent to and fro: something is wrong, and hurrying does not mend it.
    if (++this.#moves > 4) return void this.#lost(broken('moved'))
    this.#attempt = 0
    this.#wanted = transport
    this.#stopPolling()
    this.#signal('told')
    this.#try()
  }

  /** Not for good: a deployment under way answers 404 for a while. */
  #refuse(): void {
    this.#end('refused')
    this.#later(2 * this.#timing.cap)
  }

  #end(signal: Signal): void {
    this.#hush()
    this.#stopPolling()
    this.#rest.clear()
    this.#openedAt = undefined
    this.#signal(signal)
  }

  #poll(): void {
    this.#poller?.poke?.()
    this.#poller ??= openPolling(this.#plan('polling'), {
      open: () => {
        if (this.#wanted === 'polling') this.#opened()
        this.#signal('fell')
      },
      frame: frame => this.#frame(frame, 'polling'),
      resuming() {},
      lost: failure => {
        this.#stopPolling()
        if (failure?.kind === 'unauthorized' || failure?.kind === 'forbidden' || this.#wanted === 'polling') {
          this.#attempt++
          this.#signal('lost')
          this.#judge(failure as Failure)
        } else if (failure?.kind === 'refused' || failure?.kind === 'wrong-content') {
          this.#error = plain(failure)
          this.#refuse()
        } else {
          this.#signal('lost')
        }
      },
    })
  }

  #frame(frame: Frame, transport: TransportName): void {
    this.#seenAt = Date.now()
    if (frame.kind === 'message' && frame.id) this.after = frame.id
    this.#events.frame(frame, transport)
    if (frame.kind === 'transport' && frame.transport !== this.#wanted && !this.#held) this.#move(frame.transport)
    if (frame.kind === 'session' && frame.state === 'expired') {
      this.#error = plain(new Failure('unauthorized'))
      this.#end('expired')
    }
  }

  #signal(signal: Signal): void {
    this.#state = next(this.#state, signal)
    this.#publish()
  }

  #publish(): void {
    this.#events.status(this.status)
  }
}
