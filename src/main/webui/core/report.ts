import type { Stats, TransportName, TransportStats } from '../types/index.ts'
import { ask } from './http.ts'
import { quantile } from './quantile.ts'
import { Telemetry } from './telemetry.ts'

/** What the gateway takes at `POST /api/image-gen/telemetry`: what one transport did since the last report. */
export interface TransportReport {
  transport: TransportName
  opens: number
  reconnects: number
  messages: number
  errors: number
  first_event_ms?: number
  latency_ms?: { p50: number; p95: number; p99: number }
}

type Totals = Stats['transports']

const quantiles = (latencies: number[]) => {
  const at = (share: number) => quantile(latencies, share) ?? 0
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/** What happened between two looks at the figures; nothing for a transport on which nothing did. */
export const reportsOf = (before: Totals, now: Totals): TransportReport[] =>
  (Object.entries(now) as [TransportName, TransportStats][]).flatMap(([transport, stats]) => {
    const last = before[transport]
    const since = {
      opens: stats.opens - last.opens,
      reconnects: stats.reconnects - last.reconnects,
      messages: stats.messages - last.messages,
      errors: stats.errors - last.errors,
    }
    if (Object.values(since).every(count => count <= 0)) return []
    const isNew = stats.latencies.length > 0 && stats.latencies.join() !== last.latencies.join()
    return [
      {
        transport,
        ...since,
        ...(since.opens > 0 && stats.firstEventMs !== undefined && { first_event_ms: stats.firstEventMs }),
        ...(isNew && { latency_ms: quantiles(stats.latencies) }),
      },
    ]
  })

const PERIOD = 30_000

/** Tells the gateway what the connection did, now and then and when it is let go of. */
export class Reporter {
  readonly #base: string
  readonly #stats: Stats
  /** Nothing at first: what was counted before this code was there is told as well. */
  #reported: Totals = new Telemetry().stats.transports
  #headers?: Record<string, string>
  #timer?: ReturnType<typeof setInterval>

  constructor(base: string, stats: Stats) {
    this.#base = base
    this.#stats = stats
  }

  start(headers?: Record<string, string>): void {
    this.#headers = headers
    this.#timer ??= setInterval(() => this.#report(), PERIOD)
  }

  stop(): void {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#report()
  }

  #report(): void {
    const now = structuredClone(this.#stats.transports)
    const transports = reportsOf(this.#reported, now)
    if (!transports.length) return
    this.#reported = now
    // Figures only: one report that gets lost is nobody's trouble.
    ask(`${this.#base}/api/image-gen/telemetry`, '', {
      method: 'POST',
      keepalive: true,
      headers: { 'Content-Type': 'application/json', ...this.#headers },
      body: JSON.stringify({ transports }),
    }).catch(() => {})
  }
}
