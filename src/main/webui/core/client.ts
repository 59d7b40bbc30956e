import type {
  ConnectionOptions,
  ConnectionSnapshot,
  Experiments,
  Sharing,
  SSEHandlers,
  SSEMessage,
  Stats,
  TransportName,
  TransportStats,
} from '../types/index.ts'
import { type Api, createApi } from './api.ts'
import { Failure } from './failure.ts'
import type { Frame } from './frame.ts'
import type { Down } from './host.ts'
import { baseOf } from './http.ts'
import { type Link, openLink } from './link.ts'
import { lockOf, locks } from './lock.ts'
import { once, Store } from './store.ts'
import { LINGER, Timer } from './timing.ts'

/** What a page shows of it; drawn anew at most every 100 ms for mere events. */
export interface View {
  connection: ConnectionSnapshot
  stats: Stats
}

interface Subscription {
  requestId: string
  handlers: SSEHandlers
  /** Heard something since it subscribed. */
  fresh?: boolean
  /** For an end that has not come yet. */
  waits: boolean
}

const none = (): TransportStats => ({ opens: 0, reconnects: 0, messages: 0, errors: 0, latencies: [] })

/** Before anything happened; what a server renders. */
export const NOTHING: View = {
  connection: { state: 'idle', transport: 'sse', isConnected: false, reconnectCount: 0, attempt: 0, sharing: 'none' },
  stats: { transports: { sse: none(), websocket: none(), polling: none() }, recent: [], repeats: 0, invalid: 0 },
}

/** Nothing of the request follows it. */
const terminal = (message?: SSEMessage): boolean => !!message && message.status !== 'PROGRESS'

const HANDLERS = { OK: 'onSuccess', ERROR: 'onError', PROGRESS: 'onProgress' } as const

const SEEN = 1024
const RECENT = 60
const LATENCIES = 50
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
export class Client extends Store<View> {
  readonly api: Api
  readonly base: string
  /** The newest way to get a token wins; any component may give one. */
  getToken?: ConnectionOptions['getToken']
  readonly #options: ConnectionOptions
  /** Names it across tabs. */
  readonly name: string
  readonly #linger = new Timer()
  readonly #redraw = new Timer()
  readonly #subscriptions = new Set<Subscription>()
  readonly #seen = new Set<string>()
  readonly #latest = new Map<string, SSEMessage>()
  /** When a request was posted or, with a transport, first heard of. */
  readonly #times = new Map<string, { at: number; transport?: TransportName }>()
  /** Requests whose state the server could not replay: to be asked for one by one. */
  readonly #gap = new Set<string>()
  #link?: Link
  #joined = false
  #leaving = new AbortController()
  #users = 0
  #off = false
  #holds = 0
  #renewal?: Promise<boolean>
  #renewedAt = 0
  #demanded = ''
  #connection: ConnectionSnapshot = NOTHING.connection
  #stats: Stats = structuredClone(NOTHING.stats)

  constructor(options: ConnectionOptions = {}) {
    super(NOTHING)
    this.#options = options
    this.base = baseOf(options.base)
    this.api = createApi(this.base)
    this.getToken = options.getToken
    this.name = nameOf(options)
  }

  /** Counts one user; the connection lives until the last one has called what it got. */
  readonly acquire = (): (() => void) => {
    this.#users++
    this.#linger.clear()
    if (!this.#off) this.#join()
    return once(() => {
      // React's StrictMode and a change of page release and acquire in one breath.
      if (!--this.#users) this.#linger.set(this.#options.timing?.linger ?? LINGER, () => this.#leave())
    })
  }

  readonly subscribe = (requestId: string, handlers: SSEHandlers): (() => void) => {
    const subscription: Subscription = { requestId, handlers, waits: requestId !== '*' }
    this.#subscriptions.add(subscription)
    this.#demand()
    const known = this.#latest.get(requestId)
    if (known) {
      queueMicrotask(() => {
        if (!subscription.fresh && this.#subscriptions.has(subscription)) this.#call(subscription, known)
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
    return once(() => {
      this.#holds--
      this.#demand()
    })
  }

  /** Notes when a request was posted or, with a transport, heard of, to measure between; either may come first. */
  time(requestId: string, at: number, transport?: TransportName): void {
    const other = this.#times.get(requestId)
    if (!other?.transport) this.#times.set(requestId, { at, transport })
    trim(this.#times, SEEN)
    const carrier = transport ?? other?.transport
    if (!other || !carrier || (transport && other.transport)) return
    const stats = this.#stats.transports[carrier]
    stats.latencies = [...stats.latencies, Math.abs(at - other.at)].slice(-LATENCIES)
  }

  /** Asks for the state of a request that may have ended unheard; again at the next opening if it can't be had now. */
  ask(requestId: string): void {
    this.#gap.add(requestId)
    this.api.status(requestId).then(
      message => this.#tell(message),
      ({ status }: Failure) => {
        if (status !== 404) return
        this.#tell({ request_id: requestId, status: 'ERROR', message: 'The server no longer knows this request.' })
      },
    )
  }

  #tell(message: SSEMessage): void {
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
  }

  #join(): void {
    if (this.#joined) return
    this.#joined = true
    this.#leaving = new AbortController()
    this.#demanded = ''
    this.#link = openLink(
      this.name,
      this.base,
      this.#options.timing,
      {
        down: down => this.#down(down),
        want: () => ({ type: 'want', demand: this.#wish(), after: this.#connection.lastEventId }),
        sharing: (sharing: Sharing) => this.#change({ sharing }),
      },
      this.#options.share,
    )
    const { signal } = this.#leaving
    const on = (target: EventTarget | undefined, type: string, run: () => void) =>
      target?.addEventListener(type, run, { signal })
    const { document, window } = globalThis
    const nudge = () => this.#do('nudge')
    on(window, 'online', nudge)
    on(document, 'visibilitychange', () => {
      this.#demand()
      if (!document.hidden) nudge()
    })
    // A page in the back-forward cache must not count as a user; where there are no locks nobody else notices.
    on(window, 'pagehide', () => this.#link?.send({ type: 'bye' }))
    on(window, 'pageshow', () => {
      this.#demanded = ''
      this.#demand()
      nudge()
    })
  }

  #leave(): void {
    this.#leaving.abort()
    this.#joined = false
    this.#link?.close()
    this.#link = undefined
    this.#times.clear()
    this.#gap.clear()
    this.#change({ state: 'idle', isConnected: false, nextRetryAt: undefined })
    this.#redraw.clear()
  }

  #do(what: 'nudge' | 'reconnect' | 'drop' | 'offline' | 'use', arg?: unknown): void {
    this.#link?.send({ type: 'do', what, arg })
  }

  #wish(): { visible: boolean; pending: boolean } {
    return {
      visible: !globalThis.document?.hidden,
      pending: this.#holds > 0 || [...this.#subscriptions].some(it => it.waits),
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
        if (stats.opens++) stats.reconnects++
        stats.openMs = openMs
        stats.firstEventMs = undefined
        for (const id of [...this.#gap]) this.ask(id)
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
    this.#redraw.soon(REDRAW, () => this.#show())
    if (!replay) {
      this.#connection = { ...this.#connection, lastSeenAt: now }
      const { recent } = this.#stats
      recent.push({
        at: now,
        transport,
        kind: frame.kind,
        requestId: frame.kind === 'message' ? frame.message.request_id : undefined,
        gapMs: now - (recent.at(-1)?.at ?? now),
      })
      recent.splice(0, recent.length - RECENT)
    }
    if (frame.kind === 'message') {
      const { id, message } = frame
      if (id) {
        if (this.#seen.has(id)) {
          if (!replay) this.#stats.repeats++
          return
        }
        this.#seen.add(id)
        trim(this.#seen, SEEN)
        this.#connection = { ...this.#connection, lastEventId: id }
      }
      if (!replay) {
        stats.messages++
        stats.firstEventMs ??= now - (this.#connection.openedAt ?? now) + (stats.openMs ?? 0)
        this.time(message.request_id, now, transport)
      }
      this.#tell(message)
    } else if (frame.kind === 'resume' && frame.verdict === 'gap') {
      for (const { requestId, waits } of this.#subscriptions) if (waits) this.ask(requestId)
    } else if (frame.kind === 'session') {
      const { kind, ...session } = frame
      this.#change({ session })
      if (session.state === 'expiring') this.#renewForAll()
    } else if (frame.kind === 'invalid') {
      this.#stats.invalid++
      console.error('image-gen: skipped', frame.text)
    }
  }

  #call(subscription: Subscription, message: SSEMessage): void {
    subscription.fresh = true
    if (terminal(message)) {
      subscription.waits = false
      this.#demand()
    }
    this.#safely(() => subscription.handlers[HANDLERS[message.status]]?.(message))
  }

  #safely(run: () => void): void {
    try {
      run()
    } catch (thrown) {
      // One handler's fault must not cost the others their update.
      console.error(thrown)
    }
  }

  /** Exchanges a fresh token for a fresh session; false where there is none to be had. Not twice within seconds. */
  renew(): Promise<boolean> {
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  async #renew(): Promise<boolean> {
    if (Date.now() - this.#renewedAt < RENEWED_LATELY) return true
    try {
      const token = await this.getToken?.()
      if (!token) return false
      await this.api.open(token)
    } catch (thrown) {
      this.#change({ lastError: thrown instanceof Failure ? thrown : new Failure('unauthorized') })
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
    this.show({ connection: this.#connection, stats: structuredClone(this.#stats) })
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
