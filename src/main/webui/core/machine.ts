/**
 * The states of a connection. One table is the whole truth; what has no arrow stays where it is.
 *
 *             start              opened
 *    idle ───────────▶ connecting ──────▶ open        idle ◀── stop ── every state
 *                        ▲   │             │
 *           start (timer,│   │ lost        │ lost
 *           online, ...) │   ▼             ▼
 *                        waiting ◀─────────┘
 *                        │ ▲  └── opened: the browser's own retry succeeded ──▶ open
 *                  fell  │ │ lost: polling fails as well
 *                        ▼ │
 *                      polling ── opened: the live transport works again ──▶ open
 *                        ⟲ start: trying it in the background
 *
 *    connecting, open, waiting, polling, moved:
 *      told    ──▶ moved    the server named another transport ── opened ──▶ open, fell ──▶ polling, lost ──▶ waiting
 *      expired ──▶ expired  signed out          ┐
 *      refused ──▶ failed   not allowed         ├── start ──▶ connecting
 *      rest    ──▶ paused   hidden and idle     ┘
 */
import type { ConnectionState } from '../types/index.ts'

export type Signal = 'start' | 'opened' | 'lost' | 'fell' | 'told' | 'expired' | 'refused' | 'rest' | 'stop'

type Row = Partial<Record<Signal, ConnectionState>>

const AWAKE: Row = {
  start: 'connecting',
  opened: 'open',
  lost: 'waiting',
  fell: 'polling',
  told: 'moved',
  expired: 'expired',
  refused: 'failed',
  rest: 'paused',
  stop: 'idle',
}
const ENDED: Row = { start: 'connecting', stop: 'idle' }

const TABLE: Record<ConnectionState, Row> = {
  idle: { start: 'connecting' },
  connecting: AWAKE,
  open: AWAKE,
  waiting: AWAKE,
  polling: { ...AWAKE, start: 'polling' },
  moved: { ...AWAKE, start: 'moved' },
  expired: ENDED,
  failed: ENDED,
  paused: ENDED,
}

export const next = (state: ConnectionState, signal: Signal): ConnectionState => TABLE[state][signal] ?? state
