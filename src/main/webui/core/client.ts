import type {
  ConnectionOptions,
  ConnectionSnapshot,
  Experiments,
  RecentEvent,
  Sharing,
  SSEHandlers,
  SSEMessage,
  Stats,
  TransportName,
  TransportStats,
} from '../types/index.ts'
import { type Api, createApi } from './api.ts'
import { Failure } from './failure.ts'
import { type Frame, terminal } from './frame.ts'
import type { Down } from './host.ts'
import { baseOf } from './http.ts'
import { type Link, openLink } from './link.ts'
import { lockOf, locks } from './lock.ts'
import { TIMING, Timer } from './timing.ts'

/** What a page shows of it; a new object whenever something changed, at most every 100 ms for mere events. */
export interface View {
  connection: ConnectionSnapshot
  stats: Stats
}

interface Subscription {
  requestId: string
  handlers: SSEHandlers
  /** Heard something since it subscribed. */
  fresh?: boolean
  done?: boolean
}

const none = (): TransportStats => ({ opens: 0, reconnects: 0, messages: 0, errors: 0, latencies: [] })

/** Before anything happened; what a server renders. */
export const NOTHING: View = {
  connection: { state: 'idle', transport: 'sse', isConnected: false, reconnectCount: 0, attempt: 0, sharing: 'none' },
  stats: { transports: { sse: none(), websocket: none(), polling: none() }, recent: [], repeats: 0, invalid: 0 },
}

const HANDLERS = { OK: 'onSuccess', ERROR: 'onError', PROGRESS: 'onProgress' } as const

const SEEN = 1024
const REDRAW = 100
const RENEWED_LATELY = 10_000

/** Keeps the newest `size` members of a set or map. */
const trim = (kept: Set<string> | Map<string, unknown>, size: number): void => {
  if (kept.size > size) kept.delete(kept.keys().next().value as string)
}

/**
 * One tab's use of the connection: subscriptions, what has been seen, renewal of the session, telemetry. Made inert, so
 * that rendering on a server does nothing; `acquire` wakes it, the last release lets go. Needs no framework.
 */
export class Client {
  readonly api: Api
  readonly base: string
  /** The newest way to get a token wins; any component may give one. */
  getToken?: ConnectionOptions['getToken']
  readonly #options: ConnectionOptions
  /** Names it across tabs. */
  readonly name: string
  readonly #linger = new Timer()
  readonly #redraw = new Timer()
  readonly #views = new Set<() => void>()
  readonly #subscriptions = new Set<Subscription>()
  readonly #seen = new Set<string>()
  readonly #latest = new Map<string, SSEMessage>()
  readonly #asked = new Map<string, number>()
  /** When the first update of a request came, and over what. */
  readonly #first = new Map<string, { at: number; transport: TransportName }>()
  /** Requests whose state the server could not replay: to be asked for one by one. */
  readonly #gap = new Set<string>()
  #link?: Link
  #joined = false
  #users = 0
  #off = false
  #holds = 0
  #renewal?: Promise<boolean>
  #renewedAt = 0
  #demanded = ''
  #lastEventAt = 0
  #view: View = NOTHING
  #connection: ConnectionSnapshot = NOTHING.connection
  #stats: Stats = structuredClone(NOTHING.stats)

  constructor(options: ConnectionOptions = {}) {
    this.#options = options
    this.base = baseOf(options.base)
    this.api = createApi(this.base)
    this.getToken = options.getToken
    this.name = nameOf(options)
  }

  get view(): View {
    return this.#view
  }

  /** Hears of every new `view`. */
  readonly listen = (listener: () => void): (() => void) => {
    this.#views.add(listener)
    return () => this.#views.delete(listener)
  }

  /** Counts one user; the connection lives until the last one has called what it got. */
  readonly acquire = (): (() => void) => {
    this.#users++
    this.#linger.clear()
    if (!this.#off) this.#join()
    let released = false
    return () => {
      if (released) return
      released = true
      this.#users--
      const { linger } = { ...TIMING, ...this.#options.timing }
      // React's StrictMode and a change of page release and acquire in one breath.
      if (!this.#users) this.#linger.set(linger, () => this.#leave())
    }
  }

  readonly subscribe = (requestId: string, handlers: SSEHandlers): (() => void) => {
    const subscription: Subscription = { requestId, handlers }
    this.#subscriptions.add(subscription)
    this.#demand()
    const known = this.#latest.get(requestId)
    if (known) {
      queueMicrotask(() => {
        if (!subscription.fresh && this.#subscriptions.has(subscription)) this.#call(subscription, known)
        this.#demand()
      })
    }
    return () => {
      this.#subscriptions.delete(subscription)
      this.#demand()
    }
  }

  readonly disconnect = (): void => {
    this.#off = true
    this.#leave()
  }

  readonly reconnect = (): void => {
    this.#off = false
    if (this.#joined) this.#do('reconnect')
    else if (this.#users) this.#join()
  }

  readonly experiments: Experiments = {
    drop: () => this.#do('drop'),
    offline: offline => this.#do('offline', offline),
    use: transport => this.#do('use', transport),
  }

  /** Something is awaited whose request has no id yet. */
  hold(): () => void {
    this.#holds++
    this.#demand()
    let held = true
    return () => {
      if (held) this.#holds--
      held = false
      this.#demand()
    }
  }

  /** The time of the POST, to measure the first update against, which may have overtaken the answer of the POST. */
  asked(requestId: string, at: number): void {
    const first = this.#first.get(requestId)
    if (first) this.#measure(first.transport, first.at - at)
    else this.#asked.set(requestId, at)
    trim(this.#asked, SEEN)
  }

  #measure(transport: TransportName, latency: number): void {
    const stats = this.#stats.transports[transport]
    stats.latencies = [...stats.latencies.slice(-49), Math.max(0, latency)]
  }

  /** An update that came another way, as the answer of a status request. */
  tell(message: SSEMessage): void {
    this.#gap.delete(message.request_id)
    if (terminal(this.#latest.get(message.request_id))) return
    this.#latest.delete(message.request_id)
    this.#latest.set(message.request_id, message)
    trim(this.#latest, SEEN)
    for (const subscription of [...this.#subscriptions]) {
      if (subscription.requestId === message.request_id || subscription.requestId === '*') {
        this.#call(subscription, message)
      }
    }
    if (terminal(message)) this.#demand()
  }

  #join(): void {
    if (this.#joined) return
    this.#joined = true
    const { timing, share } = this.#options
    this.#demanded = ''
    this.#link = openLink(
      this.name,
      this.base,
      { ...TIMING, ...timing },
      {
        down: down => this.#down(down),
        want: () => ({ type: 'want', demand: this.#wish(), after: this.#connection.lastEventId }),
        sharing: (sharing: Sharing) => this.#change({ sharing }),
      },
      share,
    )
    this.#listeners('addEventListener')
  }

  #leave(): void {
    this.#listeners('removeEventListener')
    this.#joined = false
    this.#link?.close()
    this.#link = undefined
    this.#asked.clear()
    this.#first.clear()
    this.#gap.clear()
    this.#change({ state: 'idle', isConnected: false, nextRetryAt: undefined })
    this.#redraw.clear()
  }

  #listeners(change: 'addEventListener' | 'removeEventListener'): void {
    globalThis.document?.[change]('visibilitychange', this.#onVisible)
    globalThis.window?.[change]('online', this.#onNudge)
    globalThis.window?.[change]('pageshow', this.#onPageShow)
    globalThis.window?.[change]('pagehide', this.#onPageHide)
  }

  readonly #onNudge = (): void => this.#do('nudge')

  readonly #onVisible = (): void => {
    this.#demand()
    if (this.#wish().visible) this.#onNudge()
  }

  /** A page in the back-forward cache must not count as a user; where there are no locks nobody else notices. */
  readonly #onPageHide = (): void => this.#link?.send({ type: 'bye' })

  readonly #onPageShow = (event: Event): void => {
    if (!(event as PageTransitionEvent).persisted) return
    this.#demanded = ''
    this.#demand()
    this.#onNudge()
  }

  #do(what: 'nudge' | 'reconnect' | 'drop' | 'offline' | 'use', arg?: unknown): void {
    this.#link?.send({ type: 'do', what, arg })
  }

  #wish(): { visible: boolean; pending: boolean } {
    const waiting = ({ requestId, done }: Subscription) => !done && requestId !== '*'
    return {
      visible: !globalThis.document?.hidden,
      pending: this.#holds > 0 || [...this.#subscriptions].some(waiting),
    }
  }

  #demand(): void {
    const demand = this.#wish()
    const text = JSON.stringify(demand)
    if (text === this.#demanded) return
    this.#demanded = text
    this.#link?.send({ type: 'want', demand, after: this.#connection.lastEventId })
  }

  #down(down: Down): void {
    // A letter may have been under way when this tab left.
    if (!this.#joined) return
    if ('status' in down) {
      const { openMs, ...status } = down.status
      const { state, transport, openedAt, lastError } = status
      const before = this.#connection
      const stats = this.#stats.transports[transport]
      if (openedAt && openedAt !== before.openedAt) {
        if (before.openedAt) stats.reconnects++
        stats.opens++
        stats.openMs = openMs
        stats.firstEventMs = undefined
        this.#fillGap()
      }
      if (lastError && lastError.at !== before.lastError?.at) stats.errors++
      this.#change({ ...status, isConnected: state === 'open' })
      if (state === 'expired' && before.state !== 'expired') this.#renewForAll()
    } else {
      this.#frame(down.frame, down.transport, down.replay)
    }
  }

  #frame(frame: Frame, transport: TransportName, replay?: boolean): void {
    const now = Date.now()
    const stats = this.#stats.transports[transport]
    if (!replay) {
      this.#connection = { ...this.#connection, lastSeenAt: now }
      this.#note(
        { at: now, transport, kind: frame.kind, gapMs: this.#lastEventAt ? now - this.#lastEventAt : 0 },
        frame,
      )
      this.#lastEventAt = now
    }
    if (frame.kind === 'message') {
      const { id, message } = frame
      if (id) {
        if (this.#seen.has(id)) {
          if (!replay) this.#stats.repeats++
          this.#showSoon()
          return
        }
        this.#seen.add(id)
        trim(this.#seen, SEEN)
        this.#connection = { ...this.#connection, lastEventId: id }
      }
      if (!replay) {
        stats.messages++
        stats.firstEventMs ??= now - (this.#connection.openedAt ?? now) + (stats.openMs ?? 0)
        const asked = this.#asked.get(message.request_id)
        if (asked && this.#asked.delete(message.request_id)) this.#measure(transport, now - asked)
        if (!this.#latest.has(message.request_id)) this.#first.set(message.request_id, { at: now, transport })
        trim(this.#first, SEEN)
      }
      this.tell(message)
    } else if (frame.kind === 'resume' && frame.verdict === 'gap') {
      for (const { requestId, done } of this.#subscriptions) if (!done && requestId !== '*') this.#gap.add(requestId)
      this.#fillGap()
    } else if (frame.kind === 'session') {
      const { kind, ...session } = frame
      this.#change({ session })
      if (session.state === 'expiring') this.#renewForAll()
    } else if (frame.kind === 'invalid') {
      this.#stats.invalid++
      console.error('image-gen: skipped an event that makes no sense:', frame.text)
    }
    this.#showSoon()
  }

  #showSoon(): void {
    if (!this.#redraw.running) this.#redraw.set(REDRAW, () => this.#show())
  }

  #note(event: RecentEvent, frame: Frame): void {
    if (frame.kind === 'message') event.requestId = frame.message.request_id
    this.#stats.recent = [...this.#stats.recent.slice(-59), event]
  }

  #call(subscription: Subscription, message: SSEMessage): void {
    const { handlers } = subscription
    if (subscription.done) return
    subscription.fresh = true
    if (subscription.requestId !== '*') subscription.done = terminal(message)
    this.#safely(() => handlers[HANDLERS[message.status]]?.(message))
  }

  #safely(run: () => void): void {
    try {
      run()
    } catch (thrown) {
      // One handler's fault must not cost the others their update.
      console.error(thrown)
    }
  }

  /** What could not be replayed is asked for, request by request; what can't be had now, at the next opening. */
  #fillGap(): void {
    for (const id of [...this.#gap]) {
      this.api.status(id).then(
        message => this.tell(message),
        (failure: Failure) => {
          if (failure.status === 404) {
            this.tell({ request_id: id, status: 'ERROR', message: 'The server no longer knows this request.' })
          }
        },
      )
    }
  }

  /** Exchanges a fresh token for a fresh session; false where there is none to be had. Asked twice, it runs once. */
  renew(): Promise<boolean> {
    this.#renewal ??= this.#renewOnce().finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  async #renewOnce(): Promise<boolean> {
    if (Date.now() - this.#renewedAt < RENEWED_LATELY) return false
    try {
      const token = await this.getToken?.()
      if (!token) return false
      await this.api.open(token)
    } catch (thrown) {
      const failure = thrown instanceof Failure ? thrown : new Failure('unauthorized')
      this.#change({ lastError: failure.plain() })
      return false
    }
    this.#renewedAt = Date.now()
    if (this.#connection.state === 'expired') this.#do('reconnect')
    return true
  }

  /** Of many tabs that hear the same notice one is enough: it keeps the lock until even the slowest has heard. */
  #renewForAll(): void {
    const renewed = () => this.renew().then(done => done && new Promise(later => setTimeout(later, RENEWED_LATELY)))
    if (!locks()) this.renew()
    locks()?.request(lockOf(this.name, 'renewal'), { ifAvailable: true }, lock => (lock ? renewed() : undefined))
  }

  #change(change: Partial<ConnectionSnapshot>): void {
    const wasConnected = this.#connection.isConnected
    this.#connection = { ...this.#connection, ...change }
    this.#show()
    if (wasConnected && !this.#connection.isConnected) {
      for (const { handlers } of [...this.#subscriptions]) this.#safely(() => handlers.onDisconnect?.())
    }
  }

  #show(): void {
    this.#redraw.clear()
    const { transports, ...stats } = this.#stats
    this.#view = {
      connection: this.#connection,
      stats: {
        ...stats,
        transports: {
          sse: { ...transports.sse },
          websocket: { ...transports.websocket },
          polling: { ...transports.polling },
        },
      },
    }
    for (const listener of [...this.#views]) listener()
  }
}

const nameOf = ({ base, user = '' }: ConnectionOptions): string => `${baseOf(base)} ${user}`

const clients = new Map<string, Client>()

/** The client of a gateway and a user: the same one for everybody in this tab. On a server: a new one each time. */
export const clientOf = (options: ConnectionOptions = {}): Client => {
  if (!globalThis.document) return new Client(options)
  const key = nameOf(options)
  const client = clients.get(key) ?? new Client(options)
  clients.set(key, client)
  if (options.getToken) client.getToken = options.getToken
  return client
}
