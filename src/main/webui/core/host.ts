import type { Timing, TransportName } from '../types/index.ts'
import { Connection, type Demand, type Status } from './connection.ts'
import type { Frame } from './frame.ts'
import { lockOf } from './lock.ts'
import { TIMING } from './timing.ts'

/** From a tab to whoever holds the connection. The first `want` of a tab is its hello. */
export type Up =
  | { type: 'want'; demand: Demand; after?: string }
  | { type: 'bye' }
  | { type: 'do'; what: 'nudge' | 'reconnect' | 'drop' | 'offline' | 'use'; arg?: unknown }

/** From whoever holds the connection to the tabs. */
export type Down = { status: Status } | { frame: Frame; transport: TransportName; replay?: boolean }

type Post = (down: Down) => void

/** Tabs get the latest state of that many requests when they join. */
const REMEMBERED = 256

/** Holds the connection for all its tabs, the own one included, and forgets tabs that have died. */
export class Host {
  readonly #tabs = new Map<string, { post: Post; demand: Demand }>()
  readonly #latest = new Map<string, Down>()
  readonly #connection: Connection
  readonly #name: string

  constructor(name: string, base: string, timing?: Partial<Timing>) {
    this.#name = name
    this.#connection = new Connection(
      base,
      { ...TIMING, ...timing },
      {
        status: status => this.#tell({ status }),
        frame: (frame, transport) => {
          if (frame.kind === 'message') {
            const { request_id } = frame.message
            this.#latest.delete(request_id)
            this.#latest.set(request_id, { frame, transport, replay: true })
            if (this.#latest.size > REMEMBERED) this.#latest.delete(this.#latest.keys().next().value as string)
          }
          this.#tell({ frame, transport })
        },
      },
    )
  }

  receive(from: string, up: Up, post: Post): void {
    if (up.type === 'do') {
      ;(this.#connection[up.what] as (arg?: unknown) => void)(up.arg)
      return
    }
    if (up.type === 'bye') {
      this.#tabs.delete(from)
    } else {
      const known = this.#tabs.has(from)
      this.#tabs.set(from, { post, demand: up.demand })
      if (!known) {
        this.#connection.after ??= up.after
        post({ status: this.#connection.status })
        for (const down of this.#latest.values()) post(down)
        // A tab holds the lock of its name as long as it lives.
        globalThis.navigator?.locks?.request(lockOf(this.#name, from), () => this.receive(from, { type: 'bye' }, post))
      }
    }
    const demands = [...this.#tabs.values()].map(tab => tab.demand)
    if (demands.length) {
      this.#connection.demand({
        visible: demands.some(demand => demand.visible),
        pending: demands.some(demand => demand.pending),
      })
    } else {
      this.#connection.stop()
    }
  }

  stop(): void {
    this.#tabs.clear()
    this.#connection.stop()
  }

  /** Tabs behind one channel share a `post`: it is called once. */
  #tell(down: Down): void {
    for (const post of new Set([...this.#tabs.values()].map(tab => tab.post))) post(down)
  }
}
