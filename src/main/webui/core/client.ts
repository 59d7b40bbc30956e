import type {
  ConnectionOptions,
  ConnectionSnapshot,
  Experiments,
  SSEHandlers,
  SSEMessage,
  Stats,
  TransportStats,
} from '../types/index.ts'
import { type Api, createApi } from './api.ts'
import { Failure, plain } from './failure.ts'
import type { Frame } from './frame.ts'
import { baseOf } from './http.ts'
import type { Down, Link, Want } from './letters.ts'
import { openLink } from './link.ts'
import { Lookup } from './lookup.ts'
import { looking, watchPage } from './presence.ts'
import { Renewal } from './renewal.ts'
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
  readonly #options: ConnectionOptions
  readonly #linger = new Timer()
  readonly #redraw = new Timer()
  readonly #subscriptions: Subscriptions
  readonly #renewal: Renewal
  readonly #lookup: Lookup
  readonly #seen = new Set<string>()
  readonly #users = new Set<(user: string) => void>()
  readonly #forgetters = new Set<() => void>()
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
    this.#options = options
    this.base = baseOf(options.base)
    this.name = nameOf(options)
    this.#user = options.user
    this.api = createApi(this.base)
    this.#subscriptions = new Subscriptions(
      () => this.#demand(),
      thrown => console.error(thrown),
    )
    this.#lookup = new Lookup(
      id => this.api.status(id),
      message => this.#tell(message),
    )
    this.#renewal = new Renewal(
      this.name,
      token => this.api.open(token),
      failure => this.#change({ lastError: plain(failure) }),
      at => this.#renewed(at),
    )
    this.getToken = options.getToken
  }

  get getToken(): ConnectionOptions['getToken'] {
    return this.#renewal.getToken
  }

  set getToken(getToken) {
    this.#renewal.getToken = getToken
  }

  /** Counts one user; the connection lives until the last one has called what it got. */
  readonly acquire = (): (() => void) => {
    // Told to disconnect by one who has gone since.
    if (!this.#count++) this.#off = false
    this.#linger.clear()
    if (!this.#off) this.#join()
    return once(() => {
      this.#releasing = true
      setTimeout(() => {
        this.#releasing = false
      })
      // React's StrictMode and a change of page release and acquire in one breath.
      if (!--this.#count) this.#linger.set(this.#options.timing?.linger ?? LINGER, () => this.#leave())
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
    if (this.#joined) this.#do('reconnect')
    else if (this.#count) this.#join()
  }

  readonly experiments: Experiments = {
    drop: () => this.#do('drop'),
    offline: offline => this.#do('offline', offline),
    use: transport => this.#do('use', transport),
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
    this.#lookup.ask(requestId)
  }

  /** Exchanges a fresh token for a fresh session; false where there is none to be had. */
  renew(): Promise<boolean> {
    return this.#renewal.renew()
  }

  /** Ends the session, and forgets here and in all tabs what belongs to it, the history included. */
  readonly signOut = async (): Promise<void> => {
    this.#do('forget')
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

  /** Where an image is whose address came from the gateway. */
  locate(url: string): string {
    const page = globalThis.location?.origin
    const foreign = this.base && !`${this.base}/`.startsWith(`${page}/`)
    return foreign || !/^([a-z][a-z\d+.-]*:|\/)/i.test(url) ? new URL(url, `${this.base}/`).href : url
  }

  /** Of a page that was given no name: the session says it. */
  #identify(): void {
    if (this.#options.user !== undefined || !this.#users.size) return
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

  #tell(message: SSEMessage): void {
    this.#lookup.settle(message.request_id)
    this.#subscriptions.tell(message)
  }

  #join(): void {
    if (this.#joined) return
    this.#joined = true
    this.#leaving = new AbortController()
    this.#connect()
    const nudge = () => this.#do('nudge')
    const events = {
      nudge,
      looked: () => this.#demand(),
      leaves: () => this.#hangUp(),
      returns: () => this.#link ?? this.#connect(),
    }
    watchPage(events, this.#leaving.signal)
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
      this.#options.share,
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
    this.#lookup.clear()
    this.#change({ state: 'idle', isConnected: false, nextRetryAt: undefined })
    this.#redraw.clear()
  }

  #do(what: 'nudge' | 'reconnect' | 'drop' | 'offline' | 'use' | 'forget' | 'renewed', arg?: unknown): void {
    this.#link?.send({ type: 'do', what, arg })
  }

  #want(): Want {
    const { timing, report } = this.#options
    return {
      type: 'want',
      demand: { visible: looking(), pending: this.#holds > 0 || this.#subscriptions.awaited.length > 0 },
      after: this.#connection.lastEventId,
      watching: this.#watchers > 0,
      timing,
      report,
    }
  }

  #demand(): void {
    const { after, ...want } = this.#want()
    const text = JSON.stringify(want)
    if (text === this.#wanted) return
    this.#wanted = text
    this.#link?.send({ ...want, after })
  }

  #down(down: Down): void {
    // A letter may have been under way when this tab left.
    if (!this.#joined) return
    if ('status' in down) {
      const { triedAt, ...status } = down.status
      const { state, openedAt } = status
      const before = this.#connection
      this.#change({ ...status, isConnected: state === 'open' })
      if (openedAt && openedAt !== before.openedAt) {
        this.#lookup.again()
        this.#identify()
      }
      if (state === 'expired' && before.state !== 'expired') {
        // Refused with the session before the last one: the answer was slower than the renewal.
        if (triedAt < this.#renewal.renewedAt) this.#do('reconnect')
        else this.#renewal.forAll(() => this.#connection.state === 'expired')
      }
    } else if ('frame' in down) {
      this.#frame(down.frame, down.replay)
    } else if ('stats' in down) {
      this.#stats = down.stats
      this.#redraw.soon(REDRAW, () => this.#show())
    } else {
      this.#renewal.renewedAt = down.renewedAt
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
      this.#tell(message)
    } else if (frame.kind === 'resume' && frame.verdict === 'gap') {
      for (const requestId of this.#subscriptions.awaited) this.ask(requestId)
    } else if (frame.kind === 'session') {
      const { kind, ...session } = frame
      this.#change({ session })
      const at = Date.now()
      if (session.state === 'expiring')
        this.#renewal.forAll(() => this.#renewal.renewedAt < at && this.#connection.session?.state === 'expiring')
    } else if (frame.kind === 'invalid') {
      console.error('image-gen: skipped', frame.text)
    }
  }

  #renewed(at: number): void {
    this.#do('renewed', at)
    if (this.#connection.state === 'expired') this.#do('reconnect')
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
