import type { Stats, TransportName, TransportStats } from '../types/index.ts'
import type { Frame } from './frame.ts'
import { trim } from './store.ts'

const RECENT = 60
const LATENCIES = 50
const KNOWN = 1024

const none = (): TransportStats => ({ opens: 0, reconnects: 0, messages: 0, errors: 0, latencies: [] })

/** What the holder of the connection counts and measures, once for all tabs. */
export class Telemetry {
  readonly stats: Stats = {
    transports: { sse: none(), websocket: none(), polling: none() },
    recent: [],
    repeats: 0,
    invalid: 0,
  }
  readonly #seen = new Set<string>()
  /** When a request was posted or, with a transport, first heard of. */
  readonly #times = new Map<string, { at: number; transport?: TransportName }>()
  #triedAt = 0

  opened(transport: TransportName, openMs: number, triedAt: number): void {
    const stats = this.stats.transports[transport]
    if (stats.opens++) stats.reconnects++
    stats.openMs = openMs
    stats.firstEventMs = undefined
    this.#triedAt = triedAt
  }

  failed(transport: TransportName): void {
    this.stats.transports[transport].errors++
  }

  /** False for an update that has been here before. */
  frame(frame: Frame, transport: TransportName): boolean {
    const now = Date.now()
    const { recent, transports } = this.stats
    const stats = transports[transport]
    stats.firstEventMs ??= now - this.#triedAt
    if (frame.kind !== 'drain' && frame.kind !== 'unknown') {
      recent.push({
        at: now,
        transport,
        kind: frame.kind,
        requestId: frame.kind === 'message' ? frame.message.request_id : undefined,
        gapMs: now - (recent.at(-1)?.at ?? now),
      })
      recent.splice(0, recent.length - RECENT)
    }
    if (frame.kind === 'invalid') this.stats.invalid++
    if (frame.kind !== 'message') return true
    if (frame.id && this.#seen.has(frame.id)) {
      this.stats.repeats++
      return false
    }
    if (frame.id) this.#seen.add(frame.id)
    trim(this.#seen, KNOWN)
    stats.messages++
    this.time(frame.message.request_id, now, transport)
    return true
  }

  /** When a request was posted or, with a transport, heard of; either may come first. */
  time(requestId: string, at: number, transport?: TransportName): void {
    const other = this.#times.get(requestId)
    if (!other?.transport) this.#times.set(requestId, { at, transport })
    trim(this.#times, KNOWN)
    const carrier = transport ?? other?.transport
    if (!other || !carrier || (transport && other.transport)) return
    const stats = this.stats.transports[carrier]
    stats.latencies = [...stats.latencies, Math.abs(at - other.at)].slice(-LATENCIES)
  }
}
