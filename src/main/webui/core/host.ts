import type { TransportName } from '../types/index.ts'
import { Connection, type Demand } from './connection.ts'
import type { Frame } from './frame.ts'
import { askJson } from './http.ts'
import type { Down, Up, Want } from './letters.ts'
import { lockOf, locks } from './lock.ts'
import { Lookup } from './lookup.ts'
import type { Reporter } from './report.ts'
import { trim } from './store.ts'
import { Telemetry } from './telemetry.ts'
import { TIMING, Timer } from './timing.ts'

type Post = (down: Down) => void

interface Tab {
  post: Post
  demand: Demand
  watching?: boolean
}

/** Tabs get the latest state of that many requests when they join. */
const REMEMBERED = 256
/** Between two looks at the figures. */
const REDRAW = 100

/** Holds the connection for all its tabs, the own one included, and forgets tabs that have died. */
export class Host {
  readonly #tabs = new Map<string, Tab>()
  readonly #latest = new Map<string, Down>()
  readonly #telemetry = new Telemetry()
  readonly #redraw = new Timer()
  readonly #lookup: Lookup
  readonly #name: string
  readonly #base: string
  readonly #closing = new AbortController()
  #connection?: Connection
  /** Only where somebody wants figures posted; one that could not be fetched posts none. */
  #reporter?: Promise<Reporter | undefined>
  #renewedAt?: number

  constructor(name: string, base: string) {
    this.#name = name
    this.#base = base
    this.#lookup = new Lookup(
      id => askJson(`${base}/api/image-gen/requests/${id}`, { headers: this.#connection?.headers }),
      message => this.#remember({ kind: 'message', message }, 'polling'),
    )
  }

  /** @param own the tab is the one that this lives in */
  receive(from: string, up: Up, post: Post, own = false): void {
    if (up.type === 'posted') this.#telemetry.time(up.requestId, up.at)
    else if (up.type === 'ask') this.#lookup.ask(up.requestId)
    else if (up.type === 'do') this.#do(up.what, up.arg)
    else {
      if (up.type === 'bye') this.#tabs.delete(from)
      else this.#wanted(from, up, post, own)
      this.#demand()
    }
  }

  #demand(): void {
    const demands = [...this.#tabs.values()].map(tab => tab.demand)
    if (demands.length) {
      this.#connection?.demand({
        visible: demands.some(demand => demand.visible),
        pending: demands.some(demand => demand.pending),
      })
    } else {
      this.#rest()
    }
  }

  /** For good. */
  stop(): void {
    this.#closing.abort()
    this.#tabs.clear()
    this.#rest()
  }

  #rest(): void {
    this.#connection?.stop()
    this.#lookup.clear()
    this.#redraw.clear()
    void this.#reporter?.then(it => it?.stop())
  }

  #wanted(from: string, want: Want, post: Post, own: boolean): void {
    const { demand, watching, headers, report, asks = [] } = want
    const known = this.#tabs.get(from)
    this.#tabs.set(from, { post, demand, watching })
    const connection = this.#connection ?? this.#connect(want)
    connection.headers = headers
    if (report) this.#report(headers)
    if (!known) {
      connection.after ??= want.after
      post({ status: connection.status })
      if (this.#renewedAt) post({ renewedAt: this.#renewedAt })
      for (const down of this.#latest.values()) post(down)
      // A tab holds the lock of its name as long as it lives; the own one dies with this.
      if (!own) {
        locks()
          ?.request(lockOf(this.#name, from), { signal: this.#closing.signal }, () =>
            this.receive(from, { type: 'bye' }, post),
          )
          // Stopped before, or forbidden by a sandbox.
          .catch(() => {})
      }
    }
    for (const requestId of asks) this.#lookup.ask(requestId)
    if (watching && !known?.watching) post({ stats: structuredClone(this.#telemetry.stats) })
  }

  #report(headers?: Record<string, string>): void {
    this.#reporter ??= import('./report.ts').then(
      it => new it.Reporter(this.#base, this.#telemetry.stats),
      () => undefined,
    )
    void this.#reporter.then(it => it?.start(headers))
  }

  #connect({ timing }: Want): Connection {
    let openedAt: number | undefined
    let errorAt: number | undefined
    this.#connection = new Connection(
      this.#base,
      { ...TIMING, ...timing },
      {
        status: status => {
          const { transport, lastError } = status
          if (status.openedAt && status.openedAt !== openedAt) {
            this.#telemetry.opened(transport, status.openMs ?? 0, status.triedAt)
            this.#lookup.again()
          }
          if (lastError && lastError.at !== errorAt) this.#telemetry.failed(transport)
          openedAt = status.openedAt
          errorAt = lastError?.at
          this.#tell({ status })
          this.#counted()
        },
        frame: (frame, transport) => {
          const fresh = this.#telemetry.frame(frame, transport)
          this.#counted()
          if (fresh) this.#remember(frame, transport)
        },
      },
    )
    return this.#connection
  }

  #remember(frame: Frame, transport: TransportName): void {
    if (frame.kind === 'message') {
      const { request_id } = frame.message
      this.#lookup.settle(request_id)
      this.#latest.delete(request_id)
      this.#latest.set(request_id, { frame, transport, replay: true })
      trim(this.#latest, REMEMBERED)
    }
    this.#tell({ frame, transport })
  }

  #do(what: string, arg?: unknown): void {
    const connection = this.#connection
    if (what === 'renewed') {
      this.#renewedAt = arg as number
      this.#tell({ renewedAt: this.#renewedAt })
    } else if (what === 'forget') {
      this.#latest.clear()
      if (connection) connection.after = undefined
    } else {
      ;(connection?.[what as 'nudge'] as ((arg?: unknown) => void) | undefined)?.call(connection, arg)
    }
  }

  #counted(): void {
    if ([...this.#tabs.values()].some(tab => tab.watching))
      this.#redraw.soon(REDRAW, () => this.#tell({ stats: structuredClone(this.#telemetry.stats) }, true))
  }

  /** Tabs behind one channel share a `post`: it is called once. */
  #tell(down: Down, watching = false): void {
    const tabs = [...this.#tabs.values()].filter(tab => !watching || tab.watching)
    for (const post of new Set(tabs.map(tab => tab.post))) post(down)
  }
}
