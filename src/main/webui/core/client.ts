import type {
  ConnectionOptions,
  ConnectionSnapshot,
  SSEHandlers,
  SSEMessage,
  Stats,
  TransportStats,
} from '../types/index.ts'
import { type Api, createApi } from './api.ts'
import { Failure, plain } from './failure.ts'
import type { Frame } from './frame.ts'
import { baseOf } from './http.ts'
import type { Do, Down, Link, Want } from './letters.ts'
import { openLink } from './link.ts'
import { looking, watchPage } from './presence.ts'
import type { Renewal } from './renewal.ts'
import { once, Store, trim } from './store.ts'
import { Subscriptions } from './subscriptions.ts'
import { LINGER, Timer } from './timing.ts'

/** What a page shows of it. */
export interface View {
  connection: ConnectionSnapshot
  /** Up to date only while somebody watches: see `watch`. */
  stats: Stats
}

const none = (): TransportStats => ({ opens: 0, reconnects: 0, messages: 0, errors: 0, latencies: [] })

/** Before anything happened; what a server renders. */
export const NOTHING: View = {
  connection: { state: 'idle', transport: 'sse', isConnected: false, reconnectCount: 0, attempt: 0, sharing: 'none' },
  stats: { transports: { sse: none(), websocket: none(), polling: none() }, recent: [], repeats: 0, invalid: 0 },
}

const SEEN = 1024
const REDRAW = 100

/**
 * One tab's use of the connection. Made inert, so that rendering on a server does nothing; `acquire` wakes it, the last
 * release lets go. Needs no framework.
 */
export class Client extends Store<View> {
  readonly api: Api
  readonly base: string
  /** Names it across tabs. */
  readonly name: string
  /** Those that it was made with. */
  readonly options: ConnectionOptions
  /** The newest way to get a token wins; any component may give one. */
  getToken: ConnectionOptions['getToken']
  readonly #linger = new Timer()
  readonly #redraw = new Timer()
  readonly #subscriptions: Subscriptions
  /** Requests whose state is asked for one by one. */
  readonly #asked = new Set<string>()
  readonly #seen = new Set<string>()
  readonly #users = new Set<(user: string) => void>()
  readonly #forgetters = new Set<() => void>()
  /** Of every request; with `auth: 'bearer'` the token is among them. */
  readonly #headers: Record<string, string>
  #renewals?: Promise<Renewal | undefined>
  /** When a session was last renewed, by whichever tab; 0: never. */
  #renewedAt = 0
  #link?: Link
  #joined = false
  #leaving = new AbortController()
  #count = 0
  #off = false
  /** A component has let go in this very breath. */
  #releasing = false
  #holds = 0
  #watchers = 0
  #wanted = ''
  #user?: string
  #connection: ConnectionSnapshot = NOTHING.connection
  #stats: Stats = NOTHING.stats
  /** As `view`, but a new object only when more has changed than the time and place of the last event. */
  calm: View = NOTHING

  constructor(options: ConnectionOptions = {}) {
    super(NOTHING)
    this.options = options
    this.base = baseOf(options.base)
    this.name = nameOf(options)
    this.#user = options.user
    this.#headers = { ...options.headers }
    this.api = createApi(this.base, this.#headers)
    this.#subscriptions = new Subscriptions(
      () => this.#demand(),
      thrown => this.#log.error(thrown),
    )
    this.getToken = options.getToken
  }

  /** Counts one user; the connection lives until the last one has called what it got. */
  readonly acquire = (): (() => void) => {
    // Told to disconnect by one who has gone since.
    if (!this.#count++) this.#off = false
    this.#linger.clear()
    void this.#renewal()
    if (!this.#off) this.#join()
    return once(() => {
      this.#releasing = true
      setTimeout(() => {
        this.#releasing = false
      })
      // React's StrictMode and a change of page release and acquire in one breath.
      if (!--this.#count) this.#linger.set(this.options.timing?.linger ?? LINGER, () => this.#leave())
    })
  }

  readonly subscribe = (requestId: string, handlers: SSEHandlers): (() => void) =>
    this.#subscriptions.add(requestId, handlers)

  readonly disconnect = (): void => {
    // In the clean-up of a component it says no more than that this component has gone.
    if (this.#releasing) return
    this.#off = true
    this.#leave()
  }

  readonly reconnect = (): void => {
    this.#off = false
    if (this.#joined) this.tell('reconnect')
    else if (this.#count) this.#join()
  }

  /** Has the figures sent here until the result is called. */
  readonly watch = (): (() => void) => {
    this.#watchers++
    this.#demand()
    return once(() => {
      this.#watchers--
      this.#demand()
    })
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

  /** Notes when a request was posted, to measure how long its first update takes. */
  time(requestId: string, at: number): void {
    this.#link?.send({ type: 'posted', requestId, at })
  }

  /** Asks for the state of a request that may have ended unheard, until there is an answer. */
  ask(requestId: string): void {
    this.#asked.add(requestId)
    this.#link?.send({ type: 'ask', requestId })
  }

  /** Exchanges a fresh token for a fresh session; false where there is none to be had. */
  async renew(): Promise<boolean> {
    return !!(await (await this.#renewal())?.renew())
  }

  /** Ends the session, and forgets here and in all tabs what belongs to it, the history included. */
  readonly signOut = async (): Promise<void> => {
    this.tell('forget')
    this.#subscriptions.forget()
    for (const forget of this.#forgetters) forget()
    await this.api.signOut()
  }

  /** Runs when what belongs to the session is to be forgotten. */
  onForget(forget: () => void): void {
    this.#forgetters.add(forget)
  }

  /** Hears who is signed in, as soon as that is known, and again when it is somebody else. */
  onUser(hear: (user: string) => void): () => void {
    this.#users.add(hear)
    if (this.#user === undefined) this.#identify()
    else hear(this.#user)
    return () => this.#users.delete(hear)
  }

  /** The same message with the addresses of its images as the page needs them: they may be relative to the gateway. */
  located<M extends SSEMessage>(message: M): M {
    const { payload } = message
    const here = globalThis.location?.origin
    if (!payload?.images || !this.base || `${this.base}/`.startsWith(`${here}/`)) return message
    const at = (url?: string) => url && new URL(url, `${this.base}/`).href
    const images = payload.images.map(image => ({ ...image, url: at(image.url) ?? '', thumbnail: at(image.thumbnail) }))
    return { ...message, payload: { ...payload, images } }
  }

  /** Tells whoever holds the connection what to do. */
  tell(what: Do['what'], arg?: unknown): void {
    this.#link?.send({ type: 'do', what, arg })
  }

  get #log(): Pick<Console, 'error' | 'warn'> {
    return this.options.logger ?? console
  }

  /**
   * Its code is fetched where a way to get a token is known, long before it is needed. Where it can't be had, there is no
   * token either; the next need tries again.
   */
  async #renewal(): Promise<Renewal | undefined> {
    if (!this.getToken) return
    this.#renewals ??= import('./renewal.ts').then(
      it =>
        new it.Renewal(this.name, {
          getToken: () => this.getToken?.(),
          at: () => this.#renewedAt,
          open: async token => {
            if (this.options.auth !== 'bearer') return void (await this.api.open(token))
            this.#headers.Authorization = `Bearer ${token}`
            this.#demand()
          },
          failed: failure => this.#change({ lastError: plain(failure) }),
          done: at => {
            this.#renewedAt = at
            this.tell('renewed', at)
            if (this.#connection.state === 'expired') this.tell('reconnect')
          },
        }),
      () => (this.#renewals = undefined),
    )
    return this.#renewals
  }

  /** By this tab or another that knows how. */
  #renewForAll(needed: () => boolean): void {
    void this.#renewal().then(it => it?.forAll(needed))
  }

  /** Of a page that was given no name: the session says it. */
  #identify(): void {
    if (this.options.user !== undefined || !this.#users.size) return
    this.api.session().then(
      session => {
        if (!session || session.user === this.#user) return
        this.#user = session.user
        for (const hear of [...this.#users]) hear(session.user)
      },
      // Asked again when the connection is open.
      () => {},
    )
  }

  #heard(message: SSEMessage): void {
    this.#asked.delete(message.request_id)
    this.#subscriptions.tell(message)
  }

  #join(): void {
    if (this.#joined) return
    this.#joined = true
    this.#leaving = new AbortController()
    const { signal } = this.#leaving
    const connect = () => signal.aborted || this.#connect()
    // With a token in the header there is nothing to open before there is one.
    if (this.options.auth === 'bearer' && !this.#headers.Authorization) void this.renew().then(connect)
    else connect()
    const nudge = () => this.tell('nudge')
    const events = {
      nudge,
      looked: () => this.#demand(),
      leaves: () => this.#hangUp(),
      returns: () => this.#link ?? this.#connect(),
    }
    watchPage(events, signal)
  }

  #connect(): void {
    this.#wanted = ''
    this.#link = openLink(
      this.name,
      this.base,
      {
        down: down => this.#down(down),
        want: () => this.#want(),
        sharing: sharing => this.#change({ sharing }),
        stuck: () => this.#change({ state: 'failed', lastError: plain(new Failure('outdated')) }),
      },
      this.options.share,
      this.options.workerUrl,
    )
  }

  #hangUp(): void {
    this.#link?.close()
    this.#link = undefined
  }

  #leave(): void {
    this.#leaving.abort()
    this.#joined = false
    this.#hangUp()
    this.#asked.clear()
    this.#change({ state: 'idle', isConnected: false, nextRetryAt: undefined })
    this.#redraw.clear()
  }

  #want(): Want {
    const { timing, report } = this.options
    return {
      type: 'want',
      demand: { visible: looking(), pending: this.#holds > 0 || this.#subscriptions.awaited.length > 0 },
      after: this.#connection.lastEventId,
      asks: [...this.#asked],
      watching: this.#watchers > 0,
      timing,
      report,
      headers: Object.keys(this.#headers).length ? { ...this.#headers } : undefined,
    }
  }

  #demand(): void {
    const { after, asks, ...want } = this.#want()
    const text = JSON.stringify(want)
    if (text === this.#wanted) return
    this.#wanted = text
    this.#link?.send({ ...want, after, asks })
  }

  #down(down: Down): void {
    // A letter may have been under way when this tab left.
    if (!this.#joined) return
    if ('status' in down) {
      const { triedAt, ...status } = down.status
      const { state, openedAt } = status
      const before = this.#connection
      this.#change({ ...status, isConnected: state === 'open' })
      if (openedAt && openedAt !== before.openedAt) this.#identify()
      if (state === 'expired' && before.state !== 'expired') {
        // Refused with the session before the last one: the answer was slower than the renewal.
        if (triedAt < this.#renewedAt) this.tell('reconnect')
        else this.#renewForAll(() => this.#connection.state === 'expired')
      }
    } else if ('frame' in down) {
      this.#frame(down.frame, down.replay)
    } else if ('stats' in down) {
      this.#stats = down.stats
      this.#redraw.soon(REDRAW, () => this.#show())
    } else {
      this.#renewedAt = down.renewedAt
    }
  }

  #frame(frame: Frame, replay?: boolean): void {
    if (!replay) {
      this.#connection = { ...this.#connection, lastSeenAt: Date.now() }
      this.#redraw.soon(REDRAW, () => this.#show())
    }
    if (frame.kind === 'message') {
      const { id, message } = frame
      if (id) {
        if (this.#seen.has(id)) return
        this.#seen.add(id)
        trim(this.#seen, SEEN)
        this.#connection = { ...this.#connection, lastEventId: id }
      }
      this.#heard(message)
    } else if (frame.kind === 'resume' && frame.verdict === 'gap') {
      for (const requestId of this.#subscriptions.awaited) this.ask(requestId)
    } else if (frame.kind === 'session') {
      const { kind, ...session } = frame
      this.#change({ session })
      const at = Date.now()
      if (session.state === 'expiring')
        this.#renewForAll(() => this.#renewedAt < at && this.#connection.session?.state === 'expiring')
    } else if (frame.kind === 'invalid') {
      this.#log.error('image-gen: skipped', frame.text)
    }
  }

  #change(change: Partial<ConnectionSnapshot>): void {
    const wasConnected = this.#connection.isConnected
    this.#connection = { ...this.#connection, ...change }
    this.calm = { connection: this.#connection, stats: this.#stats }
    this.#show()
    if (wasConnected && !this.#connection.isConnected) this.#subscriptions.disconnected()
  }

  #show(): void {
    this.#redraw.clear()
    this.show({ connection: this.#connection, stats: this.#stats })
  }
}

/** Of what tabs and worker say to each other; pages of another version have a connection of their own. */
const VERSION = 2

const nameOf = ({ base, user = '' }: ConnectionOptions): string => `image-gen/${VERSION} ${baseOf(base)} ${user}`

const warned = new WeakMap<Client, Set<string>>()

/** Warns of options that differ from those of the first component: its count. */
const compare = (client: Client, options: ConnectionOptions): void => {
  const told = warned.get(client) ?? new Set()
  warned.set(client, told)
  for (const name of ['share', 'timing', 'auth', 'headers', 'report'] as const) {
    const [first, other] = [client.options[name], options[name]].map(it => JSON.stringify(it))
    if (other === undefined || first === other || told.has(name)) continue
    told.add(name)
    const { logger = console } = client.options
    logger.warn(`image-gen: "${name}" differs between components of one connection; the first one counts.`)
  }
}

const clients = new Map<string, Client>()

/** A client of one's own, for `ImageGenProvider` or without React; nobody else gets it. */
export const createClient = (options?: ConnectionOptions): Client => new Client(options)

/** The client of a gateway and a user: the same one for everybody in this tab. On a server: a new one each time. */
export const clientOf = (options: ConnectionOptions = {}): Client => {
  if (!globalThis.document) return new Client(options)
  const key = nameOf(options)
  const known = clients.get(key)
  const client = known ?? new Client(options)
  clients.set(key, client)
  // In development: what was asked for and can't be had, because another component came first.
  if (known && typeof process !== 'undefined' && process.env.NODE_ENV !== 'production') compare(known, options)
  if (options.getToken) client.getToken = options.getToken
  return client
}
