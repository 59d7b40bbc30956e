import { describe, expect } from 'vitest'
import { test } from './support/browser.ts'
import { imageAt, PATIENCE } from './support/gateway.ts'

const EVENTS = '/api/image-gen/events'
const UPDATES = '/api/image-gen/updates'
const SESSION = '/api/image-gen/session'
const MINUTE = 60_000

/** Nothing is tried again by itself within a test. */
const PATIENT = { base: MINUTE, cap: MINUTE, retry: MINUTE }

describe.concurrent('establishing a connection', () => {
  test('opens on the first use and tells what it goes through', async ({ gateway, tab }) => {
    await tab.use({}, 'one')
    await tab.reaches('open')
    expect((await tab.diary()).states).toEqual(['idle', 'connecting', 'open'])
    expect(await tab.connection()).toMatchObject({ isConnected: true, transport: 'sse', reconnectCount: 0, attempt: 0 })
    expect(gateway.count(EVENTS)).toBe(1)
  })

  test('sends the session cookie along', async ({ gateway, tab, context }) => {
    await context.addCookies([
      { name: 'image-gen-session', value: 'jwt', url: gateway.url, httpOnly: true, sameSite: 'Strict' },
    ])
    await tab.use()
    await tab.reaches('open')
    expect(gateway.last(EVENTS)?.headers.cookie).toBe('image-gen-session=jwt')
  })

  test('reads the stream by fetch where there is no EventSource', async ({ gateway, tab }) => {
    await tab.page.evaluate(() => Object.assign(window, { EventSource: undefined }))
    await tab.use({}, 'one', 'two')
    await tab.reaches('open')
    gateway.success('one')
    await tab.hears('success one')
    gateway.cut()
    gateway.success('two')
    await tab.hears('success two')
    expect(tab.errors.filter(it => !it.includes('ERR_'))).toEqual([])
  })

  test('degrades to polling without an error where there is no stream at all', async ({ gateway, tab }) => {
    await tab.page.evaluate(() => {
      Object.assign(window, { EventSource: undefined })
      Object.defineProperty(Response.prototype, 'body', { value: null })
    })
    await tab.use({}, 'one')
    await tab.reaches('polling')
    gateway.success('one')
    await tab.hears('success one')
    expect(tab.errors).toEqual([])
  })
})

describe.concurrent('receiving updates', () => {
  test('tells progress, success and error each to its own handler', async ({ gateway, tab }) => {
    await tab.use({}, 'one', 'two')
    await tab.reaches('open')
    gateway.progress('one', 50)
    gateway.success('one')
    gateway.failure('two')
    await tab.hears('progress one', 'success one', 'error two')
    expect((await tab.diary()).heard).toEqual(['progress one', 'success one', 'error two'])
  })

  test('keeps the updates of several requests apart, and tells all of them to who asks for all', async ({
    gateway,
    tab,
  }) => {
    await tab.use({}, 'one', '*')
    await tab.reaches('open')
    gateway.success('two')
    gateway.success('one')
    await tab.hears('success one')
    expect((await tab.diary()).heard).toEqual(['success two', 'success one', 'success one'])
  })

  test('tells nothing more after unsubscribing', async ({ gateway, tab }) => {
    await tab.use({}, 'two')
    await tab.page.evaluate(() => window.lab.follow('one')())
    await tab.reaches('open')
    gateway.success('one')
    gateway.success('two')
    await tab.hears('success two')
    expect((await tab.diary()).heard).toEqual(['success two'])
  })

  test('tells a late subscriber what has happened before', async ({ gateway, tab }) => {
    gateway.success('early')
    await tab.use({}, 'early')
    await tab.hears('success early')
    gateway.success('two')
    await tab.page.waitForFunction(() => window.lab.client.view.stats.transports.sse.messages === 2)
    await tab.page.evaluate(() => window.lab.follow('two'))
    await tab.hears('success two')
  })

  test('drops what it has seen, by its cursor', async ({ gateway, tab }) => {
    await tab.use({}, '*')
    await tab.reaches('open')
    const id = gateway.progress('one', 10)
    gateway.repeat(id)
    gateway.success('two')
    await tab.hears('success two')
    expect((await tab.diary()).heard).toEqual(['progress one', 'success two'])
    await tab.page.waitForFunction(() => window.lab.client.view.stats.repeats === 1)
  })

  test('lets nothing follow the end of a request', async ({ gateway, tab }) => {
    await tab.use({}, '*')
    await tab.reaches('open')
    gateway.success('one')
    gateway.progress('one', 10)
    gateway.success('two')
    await tab.hears('success two')
    expect((await tab.diary()).heard).toEqual(['success one', 'success two'])
  })

  test('reports events that make no sense and goes on', async ({ gateway, tab }) => {
    await tab.use({}, 'one')
    await tab.reaches('open')
    gateway.write('data: not json\n\n')
    gateway.write('data: {"request_id": 7}\n\n')
    gateway.write('data: {"request_id": "one", "status": "MAYBE"}\n\n')
    gateway.write('data: {"request_id": "one", "status": "OK", "payload": {"images": "none"}}\n\n')
    gateway.write('event: news\ndata: {"of": "a later version"}\n\n')
    gateway.success('one')
    await tab.hears('success one')
    await tab.page.waitForFunction(() => window.lab.client.view.stats.invalid === 4)
    expect(tab.errors).toHaveLength(4)
    expect((await tab.diary()).states.at(-1)).toBe('open')
  })

  test('survives a handler that throws', async ({ gateway, tab }) => {
    await tab.use()
    await tab.page.evaluate(() => {
      window.lab.client.subscribe('one', {
        onSuccess() {
          throw new Error('not my day')
        },
      })
      window.lab.follow('one')
    })
    await tab.reaches('open')
    gateway.success('one')
    await tab.hears('success one')
    expect(tab.errors.join()).toContain('not my day')
  })
})

describe.concurrent('losing and finding the connection', () => {
  test('leaves the first retry to the browser, at the pace that the server asked for, from its cursor', async ({
    gateway,
    tab,
  }) => {
    await tab.use({ timing: { ...PATIENT, stable: 0 } }, 'one', 'two')
    await tab.reaches('open')
    const id = gateway.progress('one', 30)
    await tab.hears('progress one')
    gateway.hangUp()
    await gateway.until(() => gateway.live === 0)
    gateway.success('two')
    await tab.hears('success two')
    await tab.reaches('open')
    expect(gateway.last(EVENTS)?.headers['last-event-id']).toBe(id)
    expect(await tab.diary()).toMatchObject({
      states: ['idle', 'connecting', 'open', 'waiting', 'open'],
      heard: ['progress one', 'disconnect', 'disconnect', 'success two'],
    })
    expect((await tab.connection()).reconnectCount).toBe(1)
    // What was counted is drawn a little later than what was heard.
    await expect
      .poll(async () => (await tab.view()).stats.transports.sse, { timeout: PATIENCE })
      .toMatchObject({ opens: 2, reconnects: 1, messages: 2, errors: 1 })
  })

  test('takes over where that fails, and goes on from its cursor when the server is back', async ({ gateway, tab }) => {
    await tab.use({}, 'one', 'two')
    await tab.reaches('open')
    const id = gateway.progress('one', 30)
    await tab.hears('progress one')
    await gateway.stop()
    await tab.page.waitForFunction(() => window.lab.client.view.connection.attempt > 2)
    expect((await tab.connection()).lastError).toMatchObject({ kind: 'unreachable' })
    gateway.success('two')
    const before = gateway.asked.length
    await gateway.start()
    await tab.hears('success two')
    await tab.reaches('open')
    // It may be a poll or the stream that comes first; whichever it is goes on from there.
    const [first] = gateway.asked.slice(before).filter(({ path }) => path === EVENTS || path === UPDATES)
    expect(first?.query.get('after')).toBe(id)
    expect((await tab.diary()).heard.filter(it => it !== 'disconnect')).toEqual(['progress one', 'success two'])
    expect((await tab.connection()).lastError).toBeUndefined()
  })

  test('says when it tries again', async ({ gateway, tab }) => {
    gateway.refuses(EVENTS, 500)
    await tab.use({ timing: PATIENT })
    await tab.page.waitForFunction(() => window.lab.client.view.connection.nextRetryAt)
    const { state, nextRetryAt, attempt } = await tab.connection()
    expect({ state, attempt }).toEqual({ state: 'waiting', attempt: 1 })
    expect(nextRetryAt).toBeGreaterThan(Date.now() - 5_000)
    expect(nextRetryAt).toBeLessThan(Date.now() + MINUTE)
  })

  test('asks for every awaited request after a gap', async ({ gateway, tab }) => {
    await tab.use({}, 'one', 'two')
    await tab.reaches('open')
    gateway.progress('one', 30)
    await tab.hears('progress one')
    gateway.forget()
    gateway.success('one')
    gateway.cut()
    await tab.hears('success one', 'error two')
    expect(gateway.count('/api/image-gen/requests/two')).toBeGreaterThan(0)
  })

  test('notices a server that takes the connection and stays mute, and polls', async ({ gateway, tab }) => {
    gateway.staysMute(EVENTS)
    await tab.use({ timing: { ...PATIENT, open: 1_500 } }, 'one')
    await tab.reaches('polling')
    gateway.success('one')
    await tab.hears('success one')
    expect((await tab.diary()).words).toContain('The connection went silent.')
  })

  test('notices that heartbeats have stopped', async ({ gateway, tab }) => {
    await tab.use({ timing: { silence: 150 } }, 'one')
    await tab.reaches('open')
    await tab.page.waitForFunction(() => window.lab.client.view.connection.reconnectCount > 0)
    expect((await tab.diary()).words).toContain('The connection went silent.')
    await gateway.until(() => gateway.live === 1, 'the half-open one was closed')
  })

  test('tries at once when the network is back', async ({ gateway, tab }) => {
    await tab.use({ timing: PATIENT }, 'one')
    await tab.reaches('open')
    await tab.offline(true)
    gateway.cut()
    await tab.page.waitForFunction(() => window.lab.client.view.connection.state === 'waiting')
    await tab.page.evaluate(() => window.lab.client.reconnect())
    await tab.page.waitForFunction(() => window.lab.client.view.connection.lastError?.kind === 'offline')
    expect((await tab.connection()).lastError?.message).toBe('You are offline.')
    await tab.offline(false)
    await tab.reaches('open')
  })

  test('tries at once when the page is looked at again', async ({ gateway, tab }) => {
    gateway.refuses(EVENTS, 500)
    await tab.use({ timing: PATIENT }, 'one')
    await tab.page.waitForFunction(() => window.lab.client.view.connection.nextRetryAt)
    gateway.behaves()
    await tab.page.evaluate(() => {
      window.lab.hide(true)
      window.lab.hide(false)
    })
    await tab.reaches('open')
  })

  test('tries at once when the page comes back from the back-forward cache', async ({ gateway, tab }) => {
    gateway.refuses(EVENTS, 500)
    await tab.use({ timing: PATIENT }, 'one')
    await tab.page.waitForFunction(() => window.lab.client.view.connection.nextRetryAt)
    gateway.behaves()
    await tab.page.evaluate(() => {
      window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    })
    await tab.reaches('open')
  })
})

describe.concurrent('the truth about failure', () => {
  test('401: signed out, and back after signing in', async ({ gateway, tab }) => {
    gateway.refuses(EVENTS, 401)
    await tab.use({}, 'one')
    await tab.reaches('expired')
    expect((await tab.connection()).lastError).toMatchObject({
      kind: 'unauthorized',
      status: 401,
      type: 'urn:problem-type:image-gen:test-401',
      message: 'You are signed out. Please sign in again.',
    })
    gateway.behaves()
    await tab.page.evaluate(() => window.lab.client.reconnect())
    await tab.reaches('open')
  })

  test('401 with a way to get a token: renews by itself', async ({ gateway, tab }) => {
    gateway.refuses(EVENTS, 401)
    gateway.answers(SESSION, (request, response) => {
      gateway.behaves()
      response.writeHead(request.headers.authorization === 'Bearer fresh' ? 200 : 401, {
        'Content-Type': 'application/json',
      })
      response.end('{"user":"alice","expires_at":"2030-01-01T00:00:00Z"}')
    })
    await tab.use({ token: 'fresh' })
    await tab.reaches('open')
    expect((await tab.diary()).states).toContain('expired')
  })

  test('401 with tokens that do not help: does not go round in circles', async ({ gateway, tab }) => {
    gateway.refuses(EVENTS, 401)
    await tab.use({ token: 'useless' })
    await gateway.until(() => gateway.count(SESSION, 'POST') === 1)
    await tab.page.waitForFunction(() => window.lab.diary.states.filter(it => it === 'expired').length === 2)
    expect(gateway.count(SESSION, 'POST')).toBe(1)
  })

  test('403: failed, until somebody tries again', async ({ gateway, tab }) => {
    gateway.refuses(EVENTS, 403)
    await tab.use({ timing: PATIENT }, 'one')
    await tab.reaches('failed')
    expect((await tab.connection()).lastError?.message).toBe('You are not allowed to do this.')
    gateway.behaves()
    await tab.page.evaluate(() => window.lab.client.reconnect())
    await tab.reaches('open')
  })

  test('403: tries again by itself after a long while', async ({ gateway, tab }) => {
    gateway.refuses(EVENTS, 403)
    await tab.use({ timing: { cap: 50 } }, 'one')
    await tab.reaches('failed')
    gateway.behaves()
    await tab.reaches('open')
  })

  test.for([
    [429, 'busy', 'Too many connections are open.'],
    [503, 'unavailable', 'The service is not available at the moment.'],
  ] as const)('%i: waits as told, but not when a person asks', async ([status, kind, words], { gateway, tab }) => {
    gateway.refuses(EVENTS, status, { headers: { 'Retry-After': '60' } })
    await tab.use({}, 'one')
    await tab.page.waitForFunction(() => window.lab.client.view.connection.nextRetryAt)
    const { state, lastError, nextRetryAt } = await tab.connection()
    expect({ state, kind: lastError?.kind, words: lastError?.message }).toEqual({ state: 'waiting', kind, words })
    expect(nextRetryAt).toBeGreaterThan(Date.now() + MINUTE - 10_000)
    gateway.behaves()
    const asked = gateway.count(EVENTS)
    await tab.page.evaluate(() => {
      window.lab.hide(true)
      window.lab.hide(false)
      window.dispatchEvent(new Event('online'))
    })
    expect(gateway.count(EVENTS)).toBe(asked)
    await tab.page.evaluate(() => window.lab.client.reconnect())
    await tab.reaches('open')
  })

  test('503 with a short Retry-After: comes back by itself', async ({ gateway, tab }) => {
    gateway.refuses(EVENTS, 503, { headers: { 'Retry-After': '1' } })
    await tab.use()
    await tab.page.waitForFunction(() => window.lab.client.view.connection.nextRetryAt)
    gateway.behaves()
    await tab.reaches('open')
  })

  test('a stranger answers in place of the stream: polls, and goes back to the stream', async ({ gateway, tab }) => {
    gateway.answersWithHtml(EVENTS)
    await tab.use({}, 'one', 'two')
    await tab.reaches('polling')
    expect(await tab.connection()).toMatchObject({
      isConnected: false,
      transport: 'polling',
      lastError: { kind: 'wrong-content' },
    })
    gateway.progress('one', 20)
    await tab.hears('progress one')
    gateway.behaves()
    await tab.reaches('open')
    gateway.success('one')
    await tab.hears('success one')
    await gateway.until(() => gateway.polling === 0)
    expect((await tab.diary()).heard).toEqual(['progress one', 'success one'])
  })

  test('a stranger answers everything: says so, and heals when the stranger has gone', async ({ gateway, tab }) => {
    gateway.answersWithHtml(EVENTS)
    gateway.answersWithHtml(UPDATES)
    await tab.use({}, 'one')
    await tab.page.waitForFunction(() => window.lab.client.view.connection.attempt > 2)
    expect((await tab.connection()).lastError?.message).toBe('Something else answered in place of the server.')
    gateway.behaves()
    await tab.reaches('open')
  })

  test('a stream that refuses again and again while the rest works: polls', async ({ gateway, tab }) => {
    gateway.refuses(EVENTS, 502)
    await tab.use({}, 'one')
    await tab.reaches('polling')
    gateway.success('one')
    await tab.hears('success one')
  })

  test('signed out while polling: expired', async ({ gateway, tab }) => {
    gateway.answersWithHtml(EVENTS)
    await tab.use({ timing: PATIENT }, 'one')
    await tab.reaches('polling')
    gateway.refuses(UPDATES, 401)
    gateway.success('two')
    await tab.reaches('expired')
  })

  test('the server goes away while polling: waits, and comes back', async ({ gateway, tab }) => {
    gateway.answersWithHtml(EVENTS)
    await tab.use({}, 'one')
    await tab.reaches('polling')
    await gateway.stop()
    await tab.reaches('waiting')
    gateway.success('one')
    await gateway.start()
    await tab.hears('success one')
  })

  test('a stream that opens and dies at once does not win back the place of polling', async ({ gateway, tab }) => {
    gateway.answers(EVENTS, (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.write('retry: 5\n\n')
      setTimeout(() => response.destroy(), 20)
    })
    await tab.use({ timing: { stable: MINUTE, base: 50, cap: MINUTE } }, 'one')
    await tab.page.waitForFunction(() => window.lab.client.view.connection.attempt >= 5)
    await tab.reaches('polling')
    gateway.success('one')
    await tab.hears('success one')
  })
})

describe.concurrent('moving to another transport', () => {
  test('goes to the WebSocket that a 409 names', async ({ gateway, tab }) => {
    gateway.transport = 'websocket'
    await tab.use({}, 'one')
    await tab.reaches('open')
    gateway.success('one')
    await tab.hears('success one')
    expect(await tab.connection()).toMatchObject({ transport: 'websocket', isConnected: true })
    expect((await tab.diary()).states).toEqual(['idle', 'connecting', 'waiting', 'moved', 'open'])
  })

  test('moves live to the WebSocket and back, from the same cursor', async ({ gateway, tab }) => {
    await tab.use({}, 'one', 'two', 'three')
    await tab.reaches('open')
    const first = gateway.progress('one', 10)
    await tab.hears('progress one')
    gateway.flag('websocket')
    gateway.success('one')
    await tab.hears('success one')
    await tab.page.waitForFunction(() => window.lab.client.view.connection.transport === 'websocket')
    expect(gateway.last('/ws/image-gen')?.query.get('after')).toBe(first)
    await tab.reaches('open')
    gateway.progress('two', 10)
    await tab.hears('progress two')
    gateway.flag('sse')
    gateway.success('two')
    await tab.hears('success two')
    await tab.reaches('open')
    await gateway.until(() => gateway.live === 1)
    const { states, heard } = await tab.diary()
    expect(states).toEqual(['idle', 'connecting', 'open', 'moved', 'open', 'moved', 'open'])
    expect(heard.filter(it => it !== 'disconnect')).toEqual([
      'progress one',
      'success one',
      'progress two',
      'success two',
    ])
  })

  test('moves live to polling and back', async ({ gateway, tab }) => {
    await tab.use({}, 'one', 'two')
    await tab.reaches('open')
    gateway.flag('polling')
    await tab.reaches('polling')
    gateway.success('one')
    await tab.hears('success one')
    gateway.flag('sse')
    await tab.reaches('open')
    gateway.success('two')
    await tab.hears('success two')
  })

  test('comes back to the stream when the WebSocket was switched off meanwhile', async ({ gateway, tab }) => {
    gateway.transport = 'websocket'
    await tab.use({}, 'one')
    await tab.reaches('open')
    gateway.transport = 'sse'
    gateway.cut()
    await tab.page.waitForFunction(() => {
      const { transport, state } = window.lab.client.view.connection
      return transport === 'sse' && state === 'open'
    })
  })

  test('a WebSocket that is cut is made again from its cursor', async ({ gateway, tab }) => {
    gateway.transport = 'websocket'
    await tab.use({}, 'one', 'two')
    await tab.reaches('open')
    const id = gateway.progress('one', 10)
    await tab.hears('progress one')
    gateway.cut()
    gateway.success('two')
    await tab.hears('success two')
    expect(gateway.last('/ws/image-gen')?.query.get('after')).toBe(id)
  })

  test('a WebSocket that can not be had falls back to polling', async ({ gateway, tab }) => {
    gateway.transport = 'websocket'
    gateway.refuses('/ws/image-gen', 502)
    await tab.use({}, 'one')
    await tab.reaches('polling')
    gateway.success('one')
    await tab.hears('success one')
  })

  test.for([
    [4001, 'expired', 'unauthorized'],
    [4029, 'waiting', 'busy'],
    [4008, 'waiting', 'closed'],
  ] as const)('understands the WebSocket close code %i', async ([code, state, kind], { gateway, tab }) => {
    gateway.transport = 'websocket'
    await tab.use({ timing: PATIENT }, 'one')
    await tab.reaches('open')
    gateway.hangUp(code)
    await tab.page.waitForFunction(wanted => window.lab.client.view.connection.lastError?.kind === wanted, kind)
    await tab.reaches(state)
  })
})

describe.concurrent('over the WebSocket', () => {
  test('a drain and frames of a later version are skipped without a word', async ({ gateway, tab }) => {
    gateway.transport = 'websocket'
    await tab.use({}, 'one')
    await tab.reaches('open')
    gateway.write('{"event":"drain","retry":20}')
    gateway.write('{"event":"news","of":"tomorrow"}')
    gateway.success('one')
    await tab.hears('success one')
    await tab.page.waitForFunction(() => window.lab.client.view.stats.transports.websocket.messages === 1)
    expect((await tab.view()).stats.invalid).toBe(0)
    expect(tab.errors.filter(it => !it.startsWith('Failed to load'))).toEqual([])
  })

  test('a server that shuts down is left alone for as long as it asked', async ({ gateway, tab }) => {
    gateway.transport = 'websocket'
    await tab.use({}, 'one')
    await tab.reaches('open')
    gateway.write('{"event":"drain","retry":60000}')
    await tab.page.evaluate(() => new Promise(done => setTimeout(done)))
    gateway.hangUp(1001)
    await tab.page.waitForFunction(() => window.lab.client.view.connection.nextRetryAt)
    expect((await tab.connection()).nextRetryAt).toBeGreaterThan(Date.now() + MINUTE - 20_000)
  })
})

describe.concurrent('the session', () => {
  test('renewed while an older refusal was still under way: goes on with the new one', async ({ gateway, tab }) => {
    gateway.staysMute(EVENTS)
    let refuse = () => {}
    gateway.answers(EVENTS, (_, response) => {
      refuse = () => response.writeHead(401).end()
    })
    await tab.use({ token: 'fresh' })
    await gateway.until(() => gateway.count(EVENTS) === 1)
    await tab.page.evaluate(() => window.lab.client.renew())
    gateway.behaves()
    refuse()
    await tab.reaches('open')
    expect(gateway.count(SESSION, 'POST')).toBe(1)
  })

  test('is renewed before it ends, without a new connection', async ({ gateway, tab }) => {
    await tab.use({ token: 'fresh' })
    await tab.reaches('open')
    gateway.say('session', { state: 'expiring', expires_at: '2026-11-23T10:00:00Z' })
    await gateway.until(() => gateway.count(SESSION, 'POST') === 1)
    expect(gateway.last(SESSION)?.headers.authorization).toBe('Bearer fresh')
    gateway.say('session', { state: 'renewed', expires_at: '2026-11-23T11:00:00Z' })
    await tab.page.waitForFunction(() => window.lab.client.view.connection.session?.state === 'renewed')
    expect(gateway.opened).toBe(1)
  })

  test('ends, and the connection with it', async ({ gateway, tab }) => {
    await tab.use()
    await tab.reaches('open')
    gateway.say('session', { state: 'expired' })
    await tab.reaches('expired')
    await gateway.until(() => gateway.live === 0)
    expect((await tab.connection()).lastError?.message).toBe('You are signed out. Please sign in again.')
  })
})

describe.concurrent('letting go', () => {
  test('disconnects, tells so, and connects again when asked', async ({ gateway, tab }) => {
    await tab.use({}, 'one')
    await tab.reaches('open')
    await tab.page.evaluate(() => window.lab.client.disconnect())
    await tab.reaches('idle')
    await gateway.until(() => gateway.live === 0)
    expect((await tab.diary()).heard).toEqual(['disconnect'])
    gateway.success('one')
    await tab.page.evaluate(() => window.lab.client.reconnect())
    await tab.hears('success one')
  })

  test('pauses when hidden for long with nothing pending, and wakes when looked at', async ({ gateway, tab }) => {
    await tab.use({ timing: { pause: 50 } })
    await tab.reaches('open')
    await tab.page.evaluate(() => window.lab.hide(true))
    await tab.reaches('paused')
    await gateway.until(() => gateway.live === 0)
    await tab.page.evaluate(() => window.lab.hide(false))
    await tab.reaches('open')
  })

  test('wakes from the pause when something is pending', async ({ tab }) => {
    await tab.use({ timing: { pause: 50 } })
    await tab.page.evaluate(() => window.lab.hide(true))
    await tab.reaches('paused')
    await tab.page.evaluate(() => window.lab.follow('one'))
    await tab.reaches('open')
  })

  test('polls only while somebody looks and waits', async ({ gateway, tab }) => {
    gateway.transport = 'polling'
    await tab.use({ timing: { wait: 1, pause: MINUTE } }, 'one')
    await tab.reaches('polling')
    await gateway.until(() => gateway.polling === 1)
    await tab.page.evaluate(() => window.lab.hide(true))
    gateway.progress('one', 10)
    await tab.hears('progress one')
    await gateway.until(() => gateway.polling === 0)
    const asked = gateway.count(UPDATES)
    await tab.page.evaluate(() => new Promise(done => setTimeout(done, 100)))
    expect(gateway.count(UPDATES)).toBe(asked)
    await tab.page.evaluate(() => window.lab.hide(false))
    await gateway.until(() => gateway.polling === 1)
    gateway.success('one')
    await tab.hears('success one')
    await gateway.until(() => gateway.polling === 0)
  })

  test('tries things out: drop, offline, another transport', async ({ gateway, tab }) => {
    await tab.use({}, 'one')
    await tab.reaches('open')
    await tab.page.evaluate(() => window.lab.experiments.drop())
    await tab.page.waitForFunction(() => window.lab.client.view.connection.reconnectCount === 1)
    await tab.page.evaluate(() => window.lab.experiments.offline(true))
    await tab.page.waitForFunction(() => window.lab.client.view.connection.lastError?.kind === 'offline')
    await gateway.until(() => gateway.live === 0)
    await tab.page.evaluate(() => window.lab.experiments.offline(false))
    await tab.reaches('open')
    await tab.page.evaluate(() => window.lab.experiments.use('polling'))
    await tab.reaches('polling')
    gateway.progress('one', 10)
    await tab.hears('progress one')
    await tab.page.evaluate(() => window.lab.experiments.use('sse'))
    await tab.reaches('open')
  })
})

// By itself: it measures.
describe('a flood', () => {
  test('takes a message of a megabyte and 10,000 events in a burst without freezing the page', async ({
    gateway,
    tab,
  }) => {
    await tab.use({}, 'one', 'big')
    await tab.reaches('open')
    await tab.page.evaluate(() => {
      let last = performance.now()
      Object.assign(window, { longest: 0, draws: 0 })
      const beat = () => {
        const now = performance.now()
        Object.assign(window, { longest: Math.max((window as unknown as { longest: number }).longest, now - last) })
        last = now
        requestAnimationFrame(beat)
      }
      beat()
      window.lab.client.listen(() =>
        Object.assign(window, { draws: (window as unknown as { draws: number }).draws + 1 }),
      )
    })
    let burst = ''
    for (let n = 0; n < 10_000; n++) {
      burst += `id: b.${n}\ndata: {"request_id":"one","status":"PROGRESS","payload":{"progress":${n / 100}}}\n\n`
    }
    gateway.write(burst)
    gateway.publish({
      request_id: 'big',
      status: 'OK',
      message: 'x'.repeat(1_000_000),
      payload: { images: [imageAt('/a')] },
    })
    gateway.success('one')
    await tab.hears('success one', 'success big')
    const { heard } = await tab.diary()
    expect(heard.filter(it => it === 'progress one')).toHaveLength(10_000)
    const { longest, draws } = await tab.page.evaluate(() => {
      const { longest, draws } = window as unknown as { longest: number; draws: number }
      return { longest, draws }
    })
    expect(longest).toBeLessThan(2_000)
    expect(draws).toBeLessThan(100)
  })
})
