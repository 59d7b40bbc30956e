import type { Stats, TransportName, TransportStats } from '../../types/index.ts'

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
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
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
