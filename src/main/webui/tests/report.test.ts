import { expect, test } from 'vitest'
import { reportsOf } from '../core/report.ts'
import type { TransportStats } from '../types/index.ts'

const none = (): TransportStats => ({ opens: 0, reconnects: 0, messages: 0, errors: 0, latencies: [] })
const totals = (sse: Partial<TransportStats> = {}) => ({
  sse: { ...none(), ...sse },
  websocket: none(),
  polling: none(),
})

test('nothing is reported where nothing happened', () => {
  const same = totals({ opens: 1, messages: 4 })
  expect(reportsOf(same, same)).toEqual([])
})

test('only what happened since the last report counts', () => {
  const before = totals({ opens: 1, messages: 4, firstEventMs: 70 })
  const now = totals({ opens: 1, messages: 9, firstEventMs: 70 })
  expect(reportsOf(before, now)).toEqual([{ transport: 'sse', opens: 0, reconnects: 0, messages: 5, errors: 0 }])
})

test('a new connection tells its time to the first event, and new latencies their quantiles', () => {
  const latencies = Array.from({ length: 100 }, (_, i) => 100 - i)
  const [report] = reportsOf(totals(), totals({ opens: 1, messages: 100, firstEventMs: 33, latencies }))
  expect(report?.first_event_ms).toBe(33)
  expect(report?.latency_ms).toEqual({ p50: 50, p95: 95, p99: 99 })
})
