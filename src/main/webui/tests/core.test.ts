import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { failureOf, unanswered } from '../core/failure.ts'
import { frameOf } from '../core/frame.ts'
import { baseOf } from '../core/http.ts'
import { EventParser, type ServerEvent } from '../core/parser.ts'
import { applied, further, newEntry } from '../core/timeline.ts'
import { fullJitter, TIMING, Timer } from '../core/timing.ts'
import type { SSEMessage } from '../types/index.ts'
import { imageAt } from './support/gateway.ts'

describe('the delay between tries', () => {
  afterEach(() => vi.restoreAllMocks())

  test('is anything up to a bound that doubles with each failure, and has a cap', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    expect([1, 2, 3, 4, 5, 6, 7, 50].map(attempt => fullJitter(attempt, TIMING))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ])
    vi.spyOn(Math, 'random').mockReturnValue(0)
    expect(fullJitter(9, TIMING)).toBe(0)
  })

  test('has defaults in milliseconds, and for one poll in seconds', () => {
    expect(TIMING).toEqual({
      open: 10_000,
      silence: 0,
      retry: 3_000,
      base: 1_000,
      cap: 30_000,
      stable: 10_000,
      pause: 300_000,
      wait: 25,
      pollMin: 500,
      pollMax: 15_000,
      linger: 200,
    })
  })
})

describe('a timer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('has at most one thing planned', () => {
    const timer = new Timer()
    const done: string[] = []
    timer.set(10, () => done.push('first'))
    timer.set(20, () => done.push('second'))
    timer.soon(5, () => done.push('third'))
    vi.advanceTimersByTime(20)
    timer.soon(5, () => done.push('fourth'))
    vi.advanceTimersByTime(5)
    expect(done).toEqual(['second', 'fourth'])
  })
})

describe('an event', () => {
  const message = { request_id: 'one', status: 'PROGRESS', payload: { progress: 5 } }
  const text = JSON.stringify(message)

  test('is the same whatever carried it', () => {
    const frame = { kind: 'message', id: 'a.1', message }
    expect(frameOf(text, 'message', 'a.1')).toEqual(frame)
    expect(frameOf(JSON.stringify({ id: 'a.1', ...message }))).toEqual(frame)
  })

  test('may have no cursor', () => {
    expect(frameOf(text, 'message', '')).toEqual({ kind: 'message', id: undefined, message })
  })

  test.for([
    ['heartbeat', '{"type":"ping"}'],
    ['resume', '{"verdict":"gap","reason":"expired"}'],
    ['transport', '{"transport":"websocket","url":"/ws/image-gen"}'],
    ['session', '{"state":"expiring","expires_at":"2026-11-23T10:00:00Z"}'],
  ] as const)('of control, %s, is known by name over both', ([kind, data]) => {
    const parsed = JSON.parse(data)
    expect(frameOf(data, kind)).toEqual({ ...parsed, kind })
    expect(frameOf(JSON.stringify({ event: kind, ...parsed }))).toEqual({ ...parsed, kind })
  })

  test.for([
    'not json',
    '',
    'null',
    '17',
    '"text"',
    '[]',
    '{}',
    '{"request_id":1,"status":"OK"}',
    '{"request_id":"a","status":"ok"}',
    '{"request_id":"a","status":"OK","payload":{"images":{}}}',
  ])('%s makes no sense and harms nobody', bad => expect(frameOf(bad)).toMatchObject({ kind: 'invalid' }))
})

describe('an event of a later version', () => {
  test.for(['{"event":"of another kind"}', '{"event":"news","of":"tomorrow"}'])('%s is skipped without a word', text =>
    expect(frameOf(text)).toEqual({ kind: 'unknown' }),
  )
})

describe('an event stream by fetch', () => {
  const read = (...pieces: string[]) => {
    const events: ServerEvent[] = []
    const parser = new EventParser(event => events.push(event))
    for (const piece of pieces) parser.push(piece)
    return events
  }
  const STREAM = [
    '\uFEFF: a comment',
    'id: a.1',
    'data: one',
    'data:two',
    '',
    'event: heartbeat',
    'data: {}',
    '',
    'data',
    '',
    'event: without data',
    '',
    'id: no\0good',
    'data:  three',
    '',
    'id',
    'data: four',
    '',
    'data: cut short',
  ]
  const EVENTS = [
    { type: 'message', data: 'one\ntwo', id: 'a.1' },
    { type: 'heartbeat', data: '{}', id: 'a.1' },
    { type: 'message', data: '', id: 'a.1' },
    { type: 'message', data: ' three', id: 'a.1' },
    { type: 'message', data: 'four', id: '' },
  ]

  test.for(['\n', '\r\n', '\r'])('is read as the standard says, with %j between its lines', line =>
    expect(read(STREAM.join(line))).toEqual(EVENTS),
  )

  test.for(['\n', '\r\n', '\r'])('is the same cut anywhere, with %j between its lines', line => {
    const text = STREAM.join(line)
    for (let at = 0; at <= text.length; at++) expect(read(text.slice(0, at), text.slice(at))).toEqual(EVENTS)
    expect(read(...text)).toEqual(EVENTS)
  })
})

describe('a failure', () => {
  const refusal = (status: number, body: string, headers = {}) => failureOf(new Response(body, { status, headers }))

  test.for([
    [401, 'unauthorized'],
    [403, 'unavailable'],
    [404, 'unavailable'],
    [409, 'moved'],
    [422, 'refused'],
    [429, 'busy'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
  ] as const)('of status %i is of kind %s', async ([status, kind]) =>
    expect((await refusal(status, 'no problem document')).kind).toBe(kind),
  )

  test('keeps the problem type, the transport to use and the time to wait', async () => {
    const body = JSON.stringify({ type: 'urn:problem-type:image-gen:x', transport: 'polling', detail: 'inside' })
    const failure = await refusal(409, body, { 'Retry-After': '7' })
    expect(failure).toMatchObject({ type: 'urn:problem-type:image-gen:x', transport: 'polling', retryAfter: 7_000 })
  })

  test('takes the backend\u2019s limit for a refusal, in its words: asking again brings nothing back', async () => {
    const body = JSON.stringify({ type: 'urn:problem-type:image-gen:backend-limit', detail: '100 images a day' })
    expect(await refusal(429, body)).toMatchObject({ kind: 'refused', message: '100 images a day' })
  })

  test('shows the words of the server only where the request was wrong', async () => {
    const body = JSON.stringify({ title: 'Too long', detail: 'At most 2000 characters.' })
    expect((await refusal(400, body)).message).toBe('At most 2000 characters.')
    expect((await refusal(503, body)).message).toBe('The service is not available at the moment.')
  })

  test('understands Retry-After as a date, and nonsense as nothing', async () => {
    const soon = new Date(Date.now() + 60_000).toUTCString()
    expect((await refusal(503, '', { 'Retry-After': soon })).retryAfter).toBeGreaterThan(50_000)
    expect((await refusal(503, '', { 'Retry-After': 'soon' })).retryAfter).toBe(0)
    expect((await refusal(503, '')).retryAfter).toBe(0)
  })

  test('without an answer means offline or unreachable', () => {
    vi.stubGlobal('navigator', { onLine: false })
    expect(unanswered().kind).toBe('offline')
    vi.stubGlobal('navigator', { onLine: true })
    expect(unanswered().kind).toBe('unreachable')
    vi.unstubAllGlobals()
  })
})

describe('the base', () => {
  afterEach(() => void vi.unstubAllGlobals())

  test.for([
    ['https://a.example/', undefined, 'https://a.example'],
    ['https://a.example/studio/index.html', undefined, 'https://a.example'],
    ['https://a.example/studio/index.html', '.', 'https://a.example/studio'],
    ['https://a.example/some/route', '.', 'https://a.example/studio'],
    ['https://a.example/studio/', '/other/', 'https://a.example/other'],
    ['https://a.example/', 'https://b.example/x', 'https://b.example/x'],
  ] as const)('on %s with %s is %s', ([baseURI, base, absolute]) => {
    vi.stubGlobal('document', { baseURI })
    expect(baseOf(base)).toBe(absolute)
  })

  test('on a server is what it is told', () => {
    expect([baseOf(), baseOf('https://a.example/')]).toEqual(['', 'https://a.example'])
  })
})

describe('an entry of the timeline', () => {
  const entry = newEntry('e', { prompt: 'a cat', width: 640, height: 480, count: 2 }, 1)
  const message = (status: SSEMessage['status'], payload?: SSEMessage['payload']): SSEMessage => ({
    request_id: 'r',
    status,
    payload,
  })
  const progress = (value?: number) => message('PROGRESS', { progress: value })

  test('has a placeholder for each image from the start', () => {
    expect(entry.images.map(({ id, width, height, url }) => ({ id, width, height, url }))).toEqual([
      { id: 'e/0', width: 640, height: 480, url: undefined },
      { id: 'e/1', width: 640, height: 480, url: undefined },
    ])
  })

  test('never goes back in its progress, nor beyond its bounds', () => {
    const after = [30, 10, undefined, Number.NaN, 250].reduce((it, value) => applied(it, progress(value), 2), entry)
    expect(applied(applied(entry, progress(30), 2), progress(10), 3).progress).toBe(30)
    expect(after.progress).toBe(100)
  })

  test('keeps an image that came with progress', () => {
    const early = applied(entry, message('PROGRESS', { images: [imageAt('/1.png')] }), 2)
    expect(applied(early, progress(60), 3).images.map(image => image.url)).toEqual(['/1.png', undefined])
  })

  test('takes a preview for what it is, and knows the seed of what came of it', () => {
    const seen = applied(entry, message('PROGRESS', { images: [{ ...imageAt('/p.jpg'), preview: true }] }), 2)
    expect(seen.images[0]).toMatchObject({ preview: '/p.jpg' })
    expect(seen.images[0]?.url).toBeUndefined()
    const image = { ...imageAt('/1.png'), seed: 7, thumbnail: '/1.jpg' }
    const done = applied(seen, message('OK', { images: [image] }), 3)
    expect(done.images[0]).toMatchObject({ url: '/1.png', seed: 7, thumbnail: '/1.jpg' })
  })

  test('is not changed by anything after its end', () => {
    const done = applied(entry, message('OK', { images: [imageAt('/1.png'), imageAt('/2.png')] }), 2)
    expect(done).toMatchObject({ status: 'done', progress: 100, finishedAt: 2 })
    for (const late of [progress(10), message('ERROR'), message('OK', { images: [] })])
      expect(applied(done, late, 3)).toBe(done)
  })

  test('drops placeholders that stayed empty, and shows more images than were asked for', () => {
    const some = (...urls: string[]) => applied(entry, message('OK', { images: urls.map(imageAt) }), 2).images
    expect(some('/1.png')).toHaveLength(1)
    expect(some('/1.png', '/2.png', '/3.png')).toHaveLength(3)
  })

  test('says in words when nothing was made', () => {
    expect(applied(entry, message('OK'), 2)).toMatchObject({ status: 'error', error: 'The image could not be made.' })
    expect(applied(entry, message('ERROR'), 2)).toMatchObject({ error: 'The image could not be made.' })
  })

  test('is taken from the tab that knows more', () => {
    const half = applied(entry, progress(50), 2)
    const done = applied(entry, message('OK', { images: [imageAt('/1.png')] }), 2)
    expect(further(entry, half)).toBe(half)
    expect(further(done, half)).toBe(done)
    expect(further(done, { ...entry, tries: 1 }).tries).toBe(1)
  })
})
