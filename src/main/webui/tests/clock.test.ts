import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Connection, type Status } from '../core/connection.ts'
// Fetched by the connection when it needs them; here they are there, because their way takes no time of this clock.
import '../core/fetched.ts'
import '../core/websocket.ts'
import { TIMING } from '../core/timing.ts'

/** An EventSource in the hands of the test. */
class FakeSource extends EventTarget {
  static readonly CONNECTING = 0
  static readonly CLOSED = 2
  static all: FakeSource[] = []
  readonly url: string
  readyState = 0
  onopen = () => {}
  onerror = () => {}

  constructor(url: string) {
    super()
    this.url = url
    FakeSource.all.push(this)
  }

  static get last(): FakeSource {
    return FakeSource.all.at(-1) as FakeSource
  }

  close(): void {
    this.readyState = 2
  }

  opens(): void {
    this.readyState = 1
    this.onopen()
  }

  beats(interval?: number): void {
    this.dispatchEvent(new MessageEvent('heartbeat', { data: JSON.stringify({ type: 'ping', interval }) }))
  }

  /** The server ended it; the browser will try again. */
  drops(): void {
    this.readyState = 0
    this.onerror()
  }

  refused(): void {
    this.readyState = 2
    this.onerror()
  }
}

/** An event stream by fetch, in the hands of the test. */
const streamOf = () => {
  let ends = () => {}
  const body = new ReadableStream({
    start(controller) {
      ends = () => controller.close()
    },
  })
  return { response: new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }), ends: () => ends() }
}

const LOOKING = { visible: true, pending: true }

describe('in the course of time', () => {
  let states: string[]
  let status: Status
  let connection: Connection
  let answer: () => Promise<Response>

  beforeEach(() => {
    vi.useFakeTimers()
    FakeSource.all = []
    states = []
    answer = async () => new Response('', { status: 500 })
    vi.stubGlobal('EventSource', FakeSource)
    vi.stubGlobal('fetch', () => answer())
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    connection = new Connection('', TIMING, {
      status: it => {
        status = it
        if (states.at(-1) !== it.state) states.push(it.state)
      },
      frame: () => {},
    })
  })

  afterEach(() => {
    connection.stop()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  test('heartbeats alone keep it open', () => {
    connection.demand(LOOKING)
    FakeSource.last.opens()
    for (let beat = 0; beat < 40; beat++) {
      vi.advanceTimersByTime(15_000)
      FakeSource.last.beats()
    }
    expect(states).toEqual(['connecting', 'open'])
    expect(FakeSource.all).toHaveLength(1)
  })

  test('40 s without a sign of life, and it is given up', () => {
    connection.demand(LOOKING)
    FakeSource.last.opens()
    vi.advanceTimersByTime(39_999)
    expect(status.state).toBe('open')
    vi.advanceTimersByTime(1)
    expect(status).toMatchObject({ state: 'waiting', lastError: { kind: 'silent' } })
    expect(FakeSource.all[0]?.readyState).toBe(2)
  })

  test('10 s without being open, and it is given up', () => {
    connection.demand(LOOKING)
    vi.advanceTimersByTime(9_999)
    expect(status.state).toBe('connecting')
    vi.advanceTimersByTime(1)
    expect(status).toMatchObject({ state: 'waiting', lastError: { kind: 'silent' } })
  })

  test('a good connection that drops is left to the browser, and taken over when it does not come back', () => {
    connection.demand(LOOKING)
    FakeSource.last.opens()
    vi.advanceTimersByTime(20_000)
    FakeSource.last.drops()
    expect(status).toMatchObject({ state: 'waiting', nextRetryAt: Date.now() + 3_000, attempt: 0 })
    expect(FakeSource.all).toHaveLength(1)
    vi.advanceTimersByTime(13_000)
    expect(status).toMatchObject({ attempt: 1, lastError: { kind: 'silent' } })
    expect(FakeSource.all[0]?.readyState).toBe(2)
  })

  test('the browser brings it back', () => {
    connection.demand(LOOKING)
    FakeSource.last.opens()
    vi.advanceTimersByTime(20_000)
    FakeSource.last.drops()
    vi.advanceTimersByTime(3_000)
    FakeSource.last.opens()
    expect(status).toMatchObject({ state: 'open', reconnectCount: 1, attempt: 0, lastError: undefined })
  })

  test('delays grow with each failure and start anew after a good connection', async () => {
    let stream = streamOf()
    connection.demand(LOOKING)
    FakeSource.last.refused()
    const delays: number[] = []
    for (let failure = 0; failure < 7; failure++) {
      await vi.advanceTimersByTimeAsync(0)
      delays.push((status.nextRetryAt ?? 0) - Date.now())
      if (failure === 6) answer = async () => stream.response
      await vi.advanceTimersByTimeAsync(delays.at(-1) ?? 0)
    }
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
    expect(status.state).toBe('open')
    await vi.advanceTimersByTimeAsync(9_000)
    stream.ends()
    await vi.advanceTimersByTimeAsync(0)
    expect(status.attempt).toBe(8)
    stream = streamOf()
    await vi.advanceTimersByTimeAsync(15_000)
    FakeSource.last.opens()
    await vi.advanceTimersByTimeAsync(10_000)
    FakeSource.last.refused()
    await vi.advanceTimersByTimeAsync(0)
    expect(status.attempt).toBe(1)
  })

  test('a refused stream is asked for its reason at once, by one fetch that would be the stream', async () => {
    let asked = 0
    answer = async () => {
      asked++
      return new Response('', { status: 401 })
    }
    connection.demand(LOOKING)
    FakeSource.last.refused()
    await vi.advanceTimersByTimeAsync(0)
    expect({ state: status.state, asked }).toEqual({ state: 'expired', asked: 1 })
    expect(FakeSource.all).toHaveLength(1)
  })

  test('of a lost stream nobody asks at once: all have lost it, and each waits a time of its own', async () => {
    let asked = 0
    answer = async () => {
      asked++
      return new Response('', { status: 503 })
    }
    connection.demand(LOOKING)
    FakeSource.last.opens()
    FakeSource.last.refused()
    await vi.advanceTimersByTimeAsync(499)
    expect({ asked, sources: FakeSource.all.length, state: status.state }).toEqual({
      asked: 0,
      sources: 1,
      state: 'waiting',
    })
    await vi.advanceTimersByTimeAsync(1)
    expect(FakeSource.all).toHaveLength(2)
  })

  test('a deployment that answers 404 for a while costs no more than the ordinary delay', async () => {
    answer = async () => new Response('<h1>Not here</h1>', { status: 404, headers: { 'Content-Type': 'text/html' } })
    connection.demand(LOOKING)
    FakeSource.last.refused()
    await vi.advanceTimersByTimeAsync(8_000)
    expect(status).toMatchObject({ state: 'waiting', lastError: { kind: 'unavailable', status: 404 } })
    expect((status.nextRetryAt ?? 0) - Date.now()).toBeLessThan(15_000)
  })

  test('a refusal that is the gateway’s own word is final, until somebody tries again', async () => {
    const problem = JSON.stringify({ type: 'urn:problem-type:image-gen:forbidden' })
    answer = async () => new Response(problem, { status: 403 })
    connection.demand(LOOKING)
    FakeSource.last.refused()
    await vi.advanceTimersByTimeAsync(0)
    expect(status.state).toBe('failed')
  })

  test('the server’s heartbeat says how long a silence is', () => {
    connection.demand(LOOKING)
    FakeSource.last.opens()
    FakeSource.last.beats(5_000)
    vi.advanceTimersByTime(14_999)
    expect(status.state).toBe('open')
    vi.advanceTimersByTime(1)
    expect(status).toMatchObject({ state: 'waiting', lastError: { kind: 'silent' } })
  })

  test('five minutes hidden with nothing pending, and it pauses', () => {
    connection.demand(LOOKING)
    FakeSource.last.opens()
    connection.demand({ visible: false, pending: false })
    for (let beat = 0; beat < 19; beat++) {
      vi.advanceTimersByTime(15_000)
      FakeSource.last.beats()
    }
    expect(status.state).toBe('open')
    vi.advanceTimersByTime(15_000)
    expect(status.state).toBe('paused')
    connection.demand({ visible: true, pending: false })
    expect(status.state).toBe('connecting')
  })

  test('does not pause while something is pending', () => {
    connection.demand({ visible: false, pending: true })
    FakeSource.last.opens()
    for (let beat = 0; beat < 60; beat++) {
      vi.advanceTimersByTime(15_000)
      FakeSource.last.beats()
    }
    expect(status.state).toBe('open')
  })

  test('after sleeping through heartbeats, a nudge makes it anew; else it leaves it alone', () => {
    connection.demand(LOOKING)
    FakeSource.last.opens()
    vi.advanceTimersByTime(19_000)
    connection.nudge()
    expect(FakeSource.all).toHaveLength(1)
    // The machine slept: the clock has gone on, no timer has run.
    vi.setSystemTime(Date.now() + 60_000)
    connection.nudge()
    expect(FakeSource.all).toHaveLength(2)
    expect(status.state).toBe('connecting')
  })

  test('a nudge while it is trying changes nothing', () => {
    connection.demand(LOOKING)
    connection.nudge()
    connection.nudge()
    expect(FakeSource.all).toHaveLength(1)
  })

  test('a nudge when nobody wants it changes nothing', () => {
    connection.nudge()
    expect(FakeSource.all).toHaveLength(0)
  })

  test('reconnect works from every state', async () => {
    const reach: Record<string, () => void | Promise<void>> = {
      idle: () => {},
      connecting: () => connection.demand(LOOKING),
      open: () => FakeSource.last.opens(),
      waiting: async () => {
        FakeSource.last.refused()
        await vi.advanceTimersByTimeAsync(0)
      },
      failed: async () => {
        const problem = JSON.stringify({ type: 'urn:problem-type:image-gen:forbidden' })
        answer = async () => new Response(problem, { status: 403 })
        FakeSource.last.refused()
        await vi.advanceTimersByTimeAsync(0)
      },
      expired: async () => {
        answer = async () => new Response('', { status: 401 })
        FakeSource.last.refused()
        await vi.advanceTimersByTimeAsync(0)
      },
      paused: async () => {
        connection.demand({ visible: false, pending: false })
        for (let minute = 0; minute < 20; minute++) {
          FakeSource.last.opens()
          FakeSource.last.beats()
          vi.advanceTimersByTime(15_000)
        }
      },
    }
    for (const [state, go] of Object.entries(reach)) {
      await go()
      if (state !== 'idle') expect(status.state).toBe(state)
      connection.reconnect()
      expect(status.state).toBe('connecting')
    }
  })

  test('being sent to and fro between transports is slowed down', async () => {
    let asked = 0
    answer = async () => {
      asked++
      const transport = asked % 2 ? 'websocket' : 'sse'
      return new Response(JSON.stringify({ transport }), {
        status: 409,
        headers: { 'Content-Type': 'application/json' },
      })
    }
    vi.stubGlobal(
      'WebSocket',
      class {
        onclose = (_: { code: number }) => {}
        constructor() {
          queueMicrotask(() => this.onclose({ code: 1006 }))
        }
        close() {}
      },
    )
    connection.demand(LOOKING)
    for (let turn = 0; turn < 20; turn++) {
      if (FakeSource.last.readyState === 0) FakeSource.last.refused()
      await vi.advanceTimersByTimeAsync(0)
    }
    expect(asked).toBeLessThan(10)
    expect(status.nextRetryAt).toBeGreaterThan(Date.now())
  })
})
