import { describe, expect, test } from 'vitest'
import { next, type Signal } from '../core/machine.ts'
import type { ConnectionState } from '../types/index.ts'

/** Every state with every signal; one that is forgotten does not compile. */
const TOTAL: Record<ConnectionState, Record<Signal, ConnectionState>> = {
  idle: {
    start: 'connecting',
    opened: 'idle',
    lost: 'idle',
    fell: 'idle',
    told: 'idle',
    expired: 'idle',
    refused: 'idle',
    rest: 'idle',
    stop: 'idle',
  },
  connecting: {
    start: 'connecting',
    opened: 'open',
    lost: 'waiting',
    fell: 'polling',
    told: 'moved',
    expired: 'expired',
    refused: 'failed',
    rest: 'paused',
    stop: 'idle',
  },
  open: {
    start: 'connecting',
    opened: 'open',
    lost: 'waiting',
    fell: 'polling',
    told: 'moved',
    expired: 'expired',
    refused: 'failed',
    rest: 'paused',
    stop: 'idle',
  },
  waiting: {
    start: 'connecting',
    opened: 'open',
    lost: 'waiting',
    fell: 'polling',
    told: 'moved',
    expired: 'expired',
    refused: 'failed',
    rest: 'paused',
    stop: 'idle',
  },
  polling: {
    start: 'polling',
    opened: 'open',
    lost: 'waiting',
    fell: 'polling',
    told: 'moved',
    expired: 'expired',
    refused: 'failed',
    rest: 'paused',
    stop: 'idle',
  },
  moved: {
    start: 'moved',
    opened: 'open',
    lost: 'waiting',
    fell: 'polling',
    told: 'moved',
    expired: 'expired',
    refused: 'failed',
    rest: 'paused',
    stop: 'idle',
  },
  expired: {
    start: 'connecting',
    opened: 'expired',
    lost: 'expired',
    fell: 'expired',
    told: 'expired',
    expired: 'expired',
    refused: 'expired',
    rest: 'expired',
    stop: 'idle',
  },
  failed: {
    start: 'connecting',
    opened: 'failed',
    lost: 'failed',
    fell: 'failed',
    told: 'failed',
    expired: 'failed',
    refused: 'failed',
    rest: 'failed',
    stop: 'idle',
  },
  paused: {
    start: 'connecting',
    opened: 'paused',
    lost: 'paused',
    fell: 'paused',
    told: 'paused',
    expired: 'paused',
    refused: 'paused',
    rest: 'paused',
    stop: 'idle',
  },
}

const cases = Object.entries(TOTAL).flatMap(([state, row]) =>
  Object.entries(row).map(([signal, then]) => [state, signal, then] as [ConnectionState, Signal, ConnectionState]),
)

describe('the state machine', () => {
  test.for(cases)('%s, %s: %s', ([state, signal, then]) => expect(next(state, signal)).toBe(then))

  test('can be started from every state that is not live', () => {
    for (const state of ['idle', 'waiting', 'expired', 'failed', 'paused'] as const) {
      expect(next(state, 'start')).toBe('connecting')
    }
  })
})
