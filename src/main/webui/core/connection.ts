import type { ConnectionFailure, ConnectionState, Timing, TransportName } from '../types/index.ts'
import { Failure, final, plain } from './failure.ts'
import type { Frame } from './frame.ts'
import { askJson } from './http.ts'
import { stepAfter } from './ladder.ts'
import { next, type Signal } from './machine.ts'
import { openPolling } from './polling.ts'
import { openSse } from './sse.ts'
import { fullJitter, Timer } from './timing.ts'
import type { Listener, OpenTransport, Plan, Transport } from './transport.ts'
import { Watchdog } from './watchdog.ts'

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
  /** When the try began that led to this. */
  triedAt: number
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
/** A transport whose code is fetched when it is needed, which it seldom is. Without it the ladder goes on to polling. */
const later =
  (load: () => Promise<OpenTransport>): OpenTransport =>
  (plan, listener) => {
    let closed = false
    let transport: Transport | undefined
    load().then(
      open => {
        if (!closed) transport = open(plan, listener)
      },
      () => closed || listener.lost(),
    )
    return {
      close() {
        closed = true
        transport?.close()
      },
    }
  }

const openFetched = later(() => import('./fetched.ts').then(it => it.openFetched))

const OPEN: Record<TransportName, OpenTransport> = {
  sse: openSse,
  websocket: later(() => import('./websocket.ts').then(it => it.openWebSocket)),
  polling: openPolling,
}

/**
 * The one live connection, wherever it lives (a worker, a tab). Keeps the state machine of machine.ts, the cursor and the
 * backoff; needs no page.
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
  /** The browser's own stream failed without a reason: the next one is by fetch, which can say why. */
  #doubted = false
  /** Was open: others were too, and have lost it at the same moment. */
  #crowd = false
  #notBefore = 0
  /** How long a server that shuts down asked to wait, in milliseconds. */
  #drain = 0
  #triedAt = 0
  #openedAt?: number
  #openMs?: number
  #nextRetryAt?: number
  #error?: ConnectionFailure
  readonly #retry = new Timer()
  readonly #watch: Watchdog
  readonly #rest = new Timer()
  readonly #base: string
  readonly #timing: Timing
  readonly #events: ConnectionEvents
  after?: string
  headers?: Record<string, string>

  constructor(base: string, timing: Timing, events: ConnectionEvents) {
    this.#base = base
    this.#timing = timing
    this.#watch = new Watchdog(timing.silence)
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
      triedAt: this.#triedAt,
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
      if (now - this.#watch.seenAt > this.#watch.silence / 2) this.#try()
    } else if (this.#state !== 'idle' && (!this.#stream || this.#state === 'waiting') && now >= this.#notBefore) {
      this.#try()
    }
  }

  /** From every state: now, whatever was planned. */
  reconnect(): void {
    this.#attempt = this.#moves = 0
    this.#crowd = this.#doubted = false
    this.#try()
  }

  stop(): void {
    this.#end('stop')
  }

  /** Cuts the connection as a network would. */
  drop(): void {
    if (this.#stream) this.#lost(new Failure('closed'))
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
    // A WebSocket carries no headers.
    else if (this.#wanted === 'polling' || (this.headers && this.#wanted === 'websocket')) this.#poll()
    else this.#open(round)
  }

  /** The browser's own wherever it will do. */
  get #opener(): OpenTransport {
    const fetched = this.#wanted === 'sse' && (this.#doubted || !!this.headers || !globalThis.EventSource)
    return fetched ? openFetched : OPEN[this.#wanted]
  }

  #open(round: number): void {
    const current =
      <A extends unknown[]>(run: (...args: A) => void) =>
      (...args: A) => {
        if (round === this.#round) run(...args)
      }
    this.#stream = this.#opener(this.#plan(this.#wanted), {
      open: current(() => {
        this.#opened()
        this.#crowd = true
        this.#doubted = false
        this.#stopPolling()
        this.#signal('opened')
        this.#watch.guard(() => this.#lost(new Failure('silent')))
      }),
      frame: current(frame => this.#frame(frame, this.#wanted)),
      resuming: current(() => {
        if (!this.#stable) return void this.#lost()
        this.#triedAt = Date.now()
        this.#settle()
        this.#nextRetryAt = this.#triedAt + this.#timing.retry
        this.#watch.within(this.#timing.retry + this.#timing.open, () => this.#lost(new Failure('silent')))
        this.#error = plain(new Failure('closed'))
        this.#signal('lost')
      }),
      lost: current(failure => this.#lost(failure)),
    } satisfies Listener)
    this.#watch.within(this.#timing.open, () => this.#lost(new Failure('silent')))
  }

  #plan(transport: TransportName): Plan {
    return {
      url: this.#base + PATHS[transport],
      after: this.after,
      timing: this.#timing,
      headers: this.headers,
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
    this.#openedAt = this.#watch.seenAt = Date.now()
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

  async #lost(failure?: Failure): Promise<void> {
    const round = this.#hush()
    this.#settle()
    const crowd = this.#crowd
    this.#crowd = false
    if (!failure && !crowd && this.#wanted === 'sse' && !this.#doubted) {
      // A browser tells nothing about a refused stream. Nobody else was refused at this moment: asked at once.
      this.#doubted = true
      return this.#try()
    }
    this.#attempt++
    if (this.#state !== 'polling') this.#signal('lost')
    // Of those that lost it together each comes back at a time of its own; what then fails says more.
    const found = failure ?? (crowd ? new Failure('closed') : await this.#probe())
    if (round === this.#round) this.#judge(found)
  }

  /** Why a WebSocket was refused: perhaps another transport is wanted by now. */
  async #probe(): Promise<Failure> {
    const { headers } = this
    try {
      const { transport } = await askJson<{ transport: TransportName }>(
        `${this.#base}/api/image-gen/transport`,
        { headers },
        this.#timing.open,
      )
      return transport === this.#wanted ? new Failure('closed') : new Failure('moved', { transport })
    } catch (thrown) {
      return thrown as Failure
    }
  }

  #judge(failure: Failure): void {
    this.#error = plain(failure)
    const step = stepAfter(failure, this.#attempt, this.#wanted)
    if (step === 'expire') this.#end('expired')
    else if (step === 'refuse') this.#refuse()
    else if (typeof step === 'object') this.#move(step.move)
    else {
      this.#later(failure.retryAfter)
      if (step === 'poll') this.#poll()
    }
  }

  #later(retryAfter = 0): void {
    const delay = Math.max(retryAfter, this.#drain, fullJitter(this.#attempt, this.#timing))
    this.#drain = 0
    this.#nextRetryAt = Date.now() + delay
    this.#notBefore = retryAfter && this.#nextRetryAt
    this.#retry.set(delay, () => this.#try())
    this.#publish()
  }

  #move(transport: TransportName): void {
    this.#settle()
    // Sent to and fro: something is wrong, and hurrying does not mend it.
    if (++this.#moves > 4) return void this.#lost(new Failure('moved'))
    this.#attempt = 0
    this.#doubted = false
    this.#wanted = transport
    this.#stopPolling()
    this.#signal('told')
    this.#try()
  }

  /** Not for good either: permissions change. */
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
        if (!failure) return
        this.#signal('lost')
        if (this.#wanted === 'polling') this.#attempt++
        // Beneath a stream that is tried again anyway only what concerns both is acted upon.
        if (this.#wanted === 'polling' || failure.kind === 'unauthorized' || final(failure)) this.#judge(failure)
      },
    })
  }

  #frame(frame: Frame, transport: TransportName): void {
    this.#watch.seenAt = Date.now()
    if (frame.kind === 'heartbeat') this.#watch.learn(frame.interval)
    if (frame.kind === 'drain') this.#drain = frame.retry ?? 0
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
