import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { describe, expect } from 'vitest'
import { Tab, test } from './support/browser.ts'
import { FLAGS, findBrowser } from './support/chromium.ts'
import type { Gateway } from './support/gateway.ts'

const REQUESTS = '/api/image-gen/requests'
const SESSION = '/api/image-gen/session'
const EVENTS = '/api/image-gen/events'

describe.concurrent('where the gateway is', () => {
  test('does not move with the route of the page', async ({ gateway, tab }) => {
    await tab.mount()
    await tab.page.waitForFunction(() => window.lab.generation?.connection.state === 'open')
    await tab.page.evaluate(() => {
      history.pushState({}, '', '/studio/of/mine')
      window.lab.setMounted(false)
      window.lab.setMounted(true)
      window.lab.generation.submit({ prompt: 'a cat' })
    })
    await gateway.until(() => gateway.count(REQUESTS, 'POST') === 1)
    expect(gateway.asked.filter(it => it.path.startsWith('/studio'))).toEqual([])
    expect(gateway.opened).toBe(1)
  })

  test('is resolved once where it is relative', async ({ gateway, tab }) => {
    await tab.use({ base: '.' }, 'one')
    await tab.reaches('open')
    await tab.page.evaluate(() => history.pushState({}, '', '/studio/of/mine'))
    await tab.use({ base: '.' }, 'one')
    await tab.reaches('open')
    expect(gateway.count(EVENTS)).toBe(2)
  })
})

describe.concurrent('a component that disconnects in its clean-up', () => {
  test.for([false, true])('connects when it mounts again, in StrictMode: %s', async (strict, { gateway, tab }) => {
    await tab.mount({}, { strict, tidy: true })
    await tab.page.waitForFunction(() => window.lab.generation?.connection.state === 'open')
    await tab.page.evaluate(() => window.lab.setMounted(false))
    await gateway.until(() => gateway.live === 0)
    await tab.page.evaluate(() => window.lab.setMounted(true))
    await gateway.until(() => gateway.live === 1)
    await tab.page.waitForFunction(() => window.lab.generation?.connection.state === 'open')
  })

  test('leaves the connection to the others', async ({ gateway, tab }) => {
    await tab.mount({}, { copies: 2, tidy: true })
    await tab.page.waitForFunction(() => window.lab.generation?.connection.state === 'open')
    await tab.page.evaluate(() => window.lab.setCopies(1))
    await tab.page.evaluate(() => new Promise(done => setTimeout(done, 100)))
    expect(gateway.live).toBe(1)
    expect((await tab.page.evaluate(() => window.lab.connected.view.connection)).state).toBe('open')
  })

  test('by hand stays so until asked', async ({ gateway, tab }) => {
    await tab.mount()
    await tab.page.waitForFunction(() => window.lab.generation?.connection.state === 'open')
    await tab.page.evaluate(() => window.lab.connected.disconnect())
    await gateway.until(() => gateway.live === 0)
    await tab.page.waitForFunction(() => window.lab.generation.connection.state === 'idle')
    await tab.page.evaluate(() => window.lab.connected.reconnect())
    await gateway.until(() => gateway.live === 1)
  })
})

describe.concurrent('the renewal of the session', () => {
  test('is done by a tab that knows how to', async ({ gateway, open }) => {
    const [mute, knows] = [await open(), await open()]
    await mute.use({ share: 'worker' })
    await mute.reaches('open')
    await knows.use({ share: 'worker', token: 'fresh' })
    await knows.reaches('open')
    gateway.say('session', { state: 'expiring' })
    await gateway.until(() => gateway.count(SESSION, 'POST') === 1)
  })

  test('goes to the next tab where the first one hangs', async ({ gateway, open, apart }) => {
    const [hangs, knows] = [await open(gateway.url, apart), await open(gateway.url, apart)]
    for (const tab of [hangs, knows]) await tab.page.clock.install()
    await hangs.use({ share: 'tabs', token: 'never' })
    await hangs.page.evaluate(() => {
      window.lab.client.getToken = () => new Promise(() => {})
    })
    await hangs.page.clock.runFor(100)
    await hangs.reaches('open')
    await knows.use({ share: 'tabs' })
    await knows.page.clock.runFor(100)
    await knows.reaches('open')
    gateway.say('session', { state: 'expiring' })
    await hangs.page.waitForFunction(() => window.lab.client.view.connection.session?.state === 'expiring')
    await knows.page.evaluate(() => {
      window.lab.client.getToken = async () => 'fresh'
    })
    gateway.say('session', { state: 'expiring' })
    await hangs.page.clock.runFor(16_000)
    await gateway.until(() => gateway.count(SESSION, 'POST') === 1)
  })
})

describe.concurrent('a deployment beside an old tab', () => {
  test.for(['worker', 'tabs'] as const)(
    'shares one stream with it at once, by %s, and takes it over',
    async (share, { gateway, open }) => {
      const old = await open()
      await old.use({ share }, 'one', 'two')
      await old.reaches('open')
      const next = await open(gateway.deploys())
      await next.use({ share }, 'one', 'two', 'three')
      await next.reaches('open')
      expect(gateway.opened).toBe(1)
      gateway.success('one')
      await Promise.all([old.hears('success one'), next.hears('success one')])
      await old.page.close()
      gateway.success('two')
      await next.hears('success two')
      await gateway.until(() => gateway.live === 1)
      gateway.success('three')
      await next.hears('success three')
      expect((await next.diary()).heard.filter(it => it !== 'disconnect')).toEqual([
        'success one',
        'success two',
        'success three',
      ])
    },
  )

  test('with its own files gone says so, instead of asking for ever', async ({ gateway, open, apart }) => {
    const tab = await open(gateway.url, apart)
    gateway.lose('tabs.js')
    await tab.page.clock.install()
    await tab.use({ share: 'tabs' }, 'one')
    const asked = () => gateway.count('/tabs.js')
    for (let tries = 1; tries < 4; tries++) {
      await gateway.until(() => asked() === tries)
      await tab.page.evaluate(() => new Promise(done => requestAnimationFrame(done)))
      await tab.page.clock.runFor(10_000)
    }
    await tab.reaches('failed')
    expect((await tab.connection()).lastError).toMatchObject({
      kind: 'outdated',
      message: 'This page is older than the server. Please load it again.',
    })
    await tab.page.clock.runFor(60_000)
    expect(asked()).toBe(4)
  })

  test('with the code of a fetched stream gone finds the reason without it', async ({ gateway, tab }) => {
    gateway.lose('fetched.js')
    gateway.refuses(EVENTS, 401)
    gateway.refuses('/api/image-gen/transport', 401)
    await tab.use({}, 'one')
    await tab.reaches('expired')
    expect((await tab.connection()).lastError).toMatchObject({ kind: 'unauthorized', status: 401 })
    expect(gateway.count('/fetched.js')).toBe(1)
  })

  test('with the code of a fetched stream gone polls, the token in its header', async ({ gateway, tab }) => {
    gateway.lose('fetched.js')
    await tab.use({ auth: 'bearer', token: 'fresh' }, 'one')
    await tab.reaches('polling')
    gateway.success('one')
    await tab.hears('success one')
    expect(gateway.last('/api/image-gen/updates')?.headers.authorization).toBe('Bearer fresh')
  })

  test('with the code of the WebSocket gone polls', async ({ gateway, tab }) => {
    gateway.transport = 'websocket'
    gateway.lose('websocket.js')
    gateway.refuses(EVENTS, 409)
    await tab.use({}, 'one')
    await tab.reaches('polling')
    gateway.success('one')
    await tab.hears('success one')
  })

  test('with the code of the renewal gone says that the session has ended', async ({ gateway, tab }) => {
    gateway.lose('renewal.js')
    gateway.refuses(EVENTS, 401)
    await tab.use({ token: 'fresh' })
    await tab.reaches('expired')
    expect(await tab.page.evaluate(() => window.lab.client.renew())).toBe(false)
    gateway.behaves()
    await tab.page.evaluate(() => window.lab.client.reconnect())
    await tab.reaches('open')
  })
})

describe('the back-forward cache', () => {
  test('takes the page, and a real back navigation brings it back alive', async ({ gateway }) => {
    const folder = await mkdtemp(join(tmpdir(), 'bfcache-'))
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: findBrowser(),
      chromiumSandbox: process.getuid?.() !== 0,
      args: FLAGS,
      // Playwright switches off what is to be seen here.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    })
    try {
      for (const share of ['worker', 'tabs', 'none'] as const) {
        const page = await context.newPage()
        const tab = new Tab(page)
        await page.goto(gateway.url)
        await page.waitForFunction(() => window.lab)
        await tab.use({ share, user: share }, 'one')
        await tab.reaches('open')
        // Playwright loses sight of a page that comes back from there: it tells the server itself.
        await page.evaluate(share => {
          addEventListener('pageshow', ({ persisted }) => fetch(`/said/${share}/persisted/${persisted}`))
          for (const id of [`away-${share}`, `back-${share}`])
            window.lab.client.subscribe(id, { onSuccess: () => void fetch(`/said/${share}/${id}`) })
        }, share)
        await page.goto(`${gateway.url}/elsewhere`)
        await gateway.until(() => gateway.live === 0, 'a page that has left holds no connection')
        gateway.success(`away-${share}`)
        await page.evaluate(() => history.back())
        await gateway.until(() => gateway.count(`/said/${share}/persisted/true`) === 1)
        await gateway.until(() => gateway.count(`/said/${share}/away-${share}`) === 1)
        expect(gateway.live).toBe(1)
        gateway.success(`back-${share}`)
        await gateway.until(() => gateway.count(`/said/${share}/back-${share}`) === 1)
        await page.close()
        await gateway.until(() => gateway.live === 0)
      }
    } finally {
      await context.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe.concurrent('a browser that forbids things', () => {
  /** The page in a frame of an opaque origin: no cookies, no storage, no locks, no worker. */
  const sandboxed = async (gateway: Gateway, tab: Tab) => {
    gateway.letsAnyOrigin = true
    await tab.page.evaluate(url => {
      const frame = document.createElement('iframe')
      frame.setAttribute('sandbox', 'allow-scripts')
      frame.src = `${url}/?framed`
      document.body.append(frame)
    }, gateway.url)
    const frame = await tab.page.waitForSelector('iframe').then(it => it.contentFrame())
    if (!frame) throw new Error('no frame')
    await frame.waitForFunction(() => window.lab)
    return frame
  }

  test.for(['worker', 'tabs', 'none'] as const)(
    'works in a sandboxed frame, in memory, where %s was wished for',
    async (share, { gateway, tab }) => {
      const frame = await sandboxed(gateway, tab)
      await frame.evaluate(([base, share]) => window.lab.mount({ base, share, user: 'alice' }, {}), [
        gateway.url,
        share,
      ] as const)
      await frame.waitForFunction(() => window.lab.generation?.connection.state === 'open')
      await frame.evaluate(() => window.lab.generation.submit({ prompt: 'a cat' }))
      await gateway.until(() => gateway.count(REQUESTS, 'POST') === 1)
      await frame.waitForFunction(() => window.lab.generation.timeline[0]?.requestId)
      gateway.success('job-1')
      await frame.waitForFunction(() => window.lab.generation.timeline[0]?.status === 'done')
    },
  )

  test('works without AbortSignal.any and AbortSignal.timeout', async ({ gateway, tab }) => {
    await tab.page.evaluate(() => Object.assign(AbortSignal, { any: undefined, timeout: undefined }))
    gateway.transport = 'polling'
    await tab.use({}, 'one')
    await tab.reaches('polling')
    gateway.success('one')
    await tab.hears('success one')
    expect(tab.errors.filter(it => !it.startsWith('Failed to load'))).toEqual([])
  })
})

describe.concurrent('figures', () => {
  test('are counted once for all tabs, and reported once by whoever holds the connection', async ({
    gateway,
    open,
  }) => {
    const tabs = [await open(), await open(), await open()]
    for (const tab of tabs) {
      await tab.use({ share: 'worker', report: true }, 'one')
      await tab.reaches('open')
    }
    gateway.success('one')
    for (const tab of tabs) {
      await tab.hears('success one')
      await tab.page.waitForFunction(() => window.lab.client.view.stats.transports.sse.messages === 1)
      expect((await tab.view()).stats.transports.sse).toMatchObject({ opens: 1, messages: 1 })
    }
    for (const tab of tabs) await tab.page.evaluate(() => window.lab.client.disconnect())
    await gateway.until(() => gateway.count('/api/image-gen/telemetry') === 1)
    expect(JSON.parse(gateway.last('/api/image-gen/telemetry')?.body ?? '')).toMatchObject({
      transports: [{ transport: 'sse', opens: 1, messages: 1 }],
    })
  })

  test('say how soon anything was heard, and not when a person first clicked', async ({ gateway, tab }) => {
    await tab.use({}, 'one')
    await tab.reaches('open')
    gateway.say('heartbeat', { type: 'ping' })
    await tab.page.waitForFunction(() => window.lab.client.view.stats.transports.sse.firstEventMs !== undefined)
    const first = (await tab.view()).stats.transports.sse.firstEventMs
    gateway.success('one')
    await tab.page.waitForFunction(() => window.lab.client.view.stats.transports.sse.messages === 1)
    expect((await tab.view()).stats.transports.sse.firstEventMs).toBe(first)
  })
})
