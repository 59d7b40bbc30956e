// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ConnectionState, TransportName } from '../../hooks/index.ts'
import { Indicator } from './Indicator.tsx'
import { Panel, type PanelLink } from './Panel.tsx'

const experiments = { drop: vi.fn(), offline: vi.fn(), use: vi.fn() }
const reconnect = vi.fn()
const close = vi.fn()
const none = () => ({ opens: 0, reconnects: 0, messages: 0, errors: 0, latencies: [] as number[] })

const linkOf = (some: Partial<PanelLink> = {}): PanelLink => ({
  state: 'open',
  transport: 'sse',
  isConnected: true,
  reconnectCount: 2,
  attempt: 0,
  sharing: 'worker',
  lastEventId: 'e1-42',
  stats: { transports: { sse: none(), websocket: none(), polling: none() }, recent: [], repeats: 0, invalid: 0 },
  experiments,
  reconnect,
  ...some,
})

const fact = (name: string) => document.querySelector(`[data-fact="${name}"]`)?.textContent

beforeEach(() => {
  vi.clearAllMocks()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

test('tells transport, cursor and reconnects', () => {
  render(<Panel minute={() => []} link={linkOf()} close={close} />)
  expect(screen.getByRole('complementary', { name: 'Connection' })).toBeTruthy()
  expect(fact('transport')).toBe('Server-Sent Events')
  expect(fact('cursor')).toBe('e1-42')
  expect(fact('reconnects')).toBe('2')
  expect(fact('next-try')).toBe('none needed')
})

test('tells why it is not live, and when it tries again', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const lastError = { kind: 'unreachable', message: 'The server cannot be reached.', at: 0 } as const
  render(
    <Panel
      minute={() => []}
      link={linkOf({ state: 'waiting', lastError, nextRetryAt: Date.now() + 1500 })}
      close={close}
    />,
  )
  expect(screen.getByText('Trying again soon; nothing is lost. The server cannot be reached.')).toBeTruthy()
  expect(fact('next-try')).toBe('in 1.5 s')
})

test('draws the events of the last minute, and none that are older', () => {
  const now = Date.now()
  const recent = [70_000, 20_000, 100].map(
    ago => ({ at: now - ago, transport: 'sse', kind: 'message', gapMs: 300 }) as const,
  )
  render(<Panel minute={() => recent} link={linkOf()} close={close} />)
  expect(document.querySelectorAll('line[data-kind="message"]')).toHaveLength(2)
  expect(screen.getByRole('img', { name: 'In the last minute: 2 updates, 0 other events.' })).toBeTruthy()
})

test('tells the time to the first update, by transport', () => {
  const { stats } = linkOf()
  const transports = { ...stats.transports, sse: { ...none(), latencies: [10, 30, 20, 40] } }
  render(<Panel minute={() => []} link={linkOf({ stats: { ...stats, transports } })} close={close} />)
  expect(
    screen.getByRole('img', { name: 'Time to the first update over SSE: median 20 ms, 95th percentile 40 ms' }),
  ).toBeTruthy()
})

test('lets one break things', async () => {
  render(<Panel minute={() => []} link={linkOf()} close={close} />)
  await userEvent.click(screen.getByRole('button', { name: 'Drop the connection' }))
  await userEvent.click(screen.getByRole('button', { name: 'WebSocket' }))
  await userEvent.click(screen.getByRole('button', { name: 'Reconnect now' }))
  const offline = screen.getByRole('button', { name: 'Simulate offline' })
  await userEvent.click(offline)
  expect(offline.getAttribute('aria-pressed')).toBe('true')
  await userEvent.click(offline)
  expect(experiments.drop).toHaveBeenCalledOnce()
  expect(experiments.use).toHaveBeenCalledExactlyOnceWith('websocket')
  expect(reconnect).toHaveBeenCalledOnce()
  expect(experiments.offline.mock.calls).toEqual([[true], [false]])
})

test('closes by Escape', async () => {
  render(<Panel minute={() => []} link={linkOf()} close={close} />)
  await userEvent.keyboard('{Escape}')
  expect(close).toHaveBeenCalledOnce()
})

test.each<[ConnectionState, TransportName, string]>([
  ['open', 'sse', 'Connection: Live SSE'],
  ['open', 'websocket', 'Connection: Live WebSocket'],
  ['polling', 'polling', 'Connection: Polling'],
  ['waiting', 'sse', 'Connection: Reconnecting SSE'],
  ['expired', 'sse', 'Connection: Signed out'],
])('the indicator says %s over %s in words', (state, transport, words) => {
  render(<Indicator connection={linkOf({ state, transport })} open={false} toggle={() => {}} />)
  const button = screen.getByRole('button', { name: words })
  expect(button.dataset).toMatchObject({ state, transport })
})
