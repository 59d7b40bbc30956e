import { describe, expect, inject } from 'vitest'
import { QUICK, test } from './support/browser.ts'
import { Gateway } from './support/gateway.ts'

const EVENTS = '/api/image-gen/events'
const REQUESTS = '/api/image-gen/requests'

describe.concurrent('a gateway of another origin', () => {
  test.for(['worker', 'none'] as const)(
    'is used with its cookies, and its images are found, by %s',
    async (share, { gateway, tab, context }) => {
      const other = new Gateway(new Map())
      other.letsAnyOrigin = true
      await other.start()
      try {
        await context.addCookies([{ name: 'image-gen-session', value: 'jwt', url: other.url, httpOnly: true }])
        await tab.mount({ base: other.url, share })
        await tab.page.waitForFunction(() => window.lab.generation?.connection.state === 'open')
        expect(other.last(EVENTS)?.headers).toMatchObject({ origin: gateway.url, cookie: 'image-gen-session=jwt' })
        await tab.page.evaluate(() => window.lab.generation.submit({ prompt: 'a cat' }))
        await other.until(() => other.count(REQUESTS, 'POST') === 1)
        other.success('job-1')
        await tab.page.waitForFunction(() => window.lab.generation.timeline[0]?.status === 'done')
        expect(await tab.generation(it => it.images[0]?.url)).toBe(`${other.url}/images/job-1.png`)
        expect(gateway.count(EVENTS)).toBe(0)
      } finally {
        await other.stop()
      }
    },
  )

  test('that wants the token in a header gets it, from the same cursor after a loss', async ({ gateway, tab }) => {
    await tab.use({ auth: 'bearer', token: 'secret', headers: { 'X-Tenant': 'blue' } }, 'one', 'two')
    await tab.reaches('open')
    expect(gateway.last(EVENTS)?.headers).toMatchObject({ authorization: 'Bearer secret', 'x-tenant': 'blue' })
    const id = gateway.success('one')
    await tab.hears('success one')
    gateway.cut()
    gateway.success('two')
    await tab.hears('success two')
    await tab.reaches('open')
    expect(
      gateway.asked.filter(it => it.headers.authorization !== 'Bearer secret' && it.path.startsWith('/api')),
    ).toEqual([])
    expect(
      gateway.asked
        .filter(it => it.path === EVENTS)
        .at(1)
        ?.query.get('after'),
    ).toBe(id)
  })

  test('that wants the token in a header gets the renewed one', async ({ gateway, open, apart }) => {
    const tab = await open(gateway.url, apart)
    await tab.page.clock.install()
    await tab.use({ auth: 'bearer', token: 'secret' }, 'one')
    await tab.reaches('open')
    await tab.page.evaluate(() => {
      window.lab.client.getToken = async () => 'fresh'
    })
    await tab.page.clock.runFor(15_000)
    gateway.say('session', { state: 'expired' })
    await gateway.until(() => gateway.last(EVENTS)?.headers.authorization === 'Bearer fresh')
    gateway.success('one')
    await tab.hears('success one')
  })

  test('goes by polling where a WebSocket would have to carry the token', async ({ gateway, tab }) => {
    gateway.transport = 'websocket'
    await tab.use({ auth: 'bearer', token: 'secret' }, 'one')
    await tab.reaches('polling')
    gateway.success('one')
    await tab.hears('success one')
  })
})

describe.concurrent('rendering', () => {
  test('with 100 requests, an update renders its own row, and a heartbeat nothing', async ({ gateway, tab }) => {
    const ids = Array.from({ length: 100 }, (_, index) => `job-${index}`)
    const rendered = await tab.page.evaluateHandle(
      ([timing, ids]) => window.lab.mountMany({ share: 'none', timing }, ids),
      [QUICK, ids] as const,
    )
    await tab.reaches('open')
    const counts = () => rendered.evaluate(it => ({ ...it }))
    const before = await counts()
    for (let beat = 0; beat < 20; beat++) {
      gateway.say('heartbeat', { type: 'ping' })
      await tab.page.evaluate(() => new Promise(done => setTimeout(done, 20)))
    }
    gateway.progress('job-7', 50)
    await tab.page.waitForFunction(() => document.querySelectorAll('li')[7]?.textContent === 'PROGRESS')
    const after = await counts()
    const more = Object.entries(after).filter(([what, times]) => times !== before[what])
    console.log('renders for 20 heartbeats and one update among 100 requests:', Object.fromEntries(more))
    expect(more).toEqual([['job-7', (before['job-7'] ?? 0) + 1]])
  })
})

describe.concurrent('where the history is kept', () => {
  test('in IndexedDB: over a reload and in all tabs', async ({ gateway, open }) => {
    const tabs = [await open(), await open()]
    const mount = (tab: (typeof tabs)[number]) =>
      tab.page.evaluate(timing => {
        const kept = window.lab.storages.indexedDb
        const read = async (key: string) => {
          const text = await kept.read(key)
          setTimeout(() => Object.assign(window, { known: true }))
          return text
        }
        window.lab.mount({ share: 'none', user: 'alice', timing, storage: { ...kept, read } }, {})
      }, QUICK)
    for (const tab of tabs) await mount(tab)
    // Whoever reads of a job that another tab is asking for at that moment asks too, under the same key
    for (const tab of tabs) await tab.page.waitForFunction(() => 'known' in window)
    for (let round = 1; round <= 5; round++) {
      await Promise.all(
        tabs.map(tab =>
          tab.page
            .waitForFunction(() => window.lab.generation)
            .then(() => tab.page.evaluate(() => void window.lab.generation.submit({ prompt: 'a cat' }))),
        ),
      )
      for (const tab of tabs)
        await tab.page.waitForFunction(
          count => window.lab.generation.timeline.filter(entry => entry.requestId).length === count,
          round * 2,
        )
    }
    await tabs[0]?.page.reload()
    await tabs[0]?.page.waitForFunction(() => window.lab)
    if (tabs[0]) await mount(tabs[0])
    await tabs[0]?.page.waitForFunction(() => window.lab.generation?.timeline.length === 10)
    expect(await tabs[0]?.page.evaluate(() => Object.keys(localStorage).filter(it => it.includes('timeline')))).toEqual(
      [],
    )
    expect(gateway.count(REQUESTS, 'POST')).toBe(10)
  })

  test('nowhere: gone with the page, and not before', async ({ gateway, tab }) => {
    await tab.page.evaluate(
      timing => window.lab.mount({ share: 'none', timing, storage: window.lab.storages.none }, {}),
      QUICK,
    )
    await tab.page.waitForFunction(() => window.lab.generation)
    await tab.page.evaluate(() => window.lab.generation.submit({ prompt: 'a cat' }))
    await gateway.until(() => gateway.count(REQUESTS, 'POST') === 1)
    gateway.success('job-1')
    await tab.page.waitForFunction(() => window.lab.generation.timeline[0]?.status === 'done')
    await tab.page.evaluate(() => new Promise(done => setTimeout(done, 2_500)))
    expect(await tab.generation(it => it.timeline)).toHaveLength(1)
    expect(await tab.page.evaluate(() => Object.keys(localStorage).filter(it => it.includes('timeline')))).toEqual([])
  })
})

describe.concurrent('another version, another bundler', () => {
  test.for([false, true])('works with React 18, in StrictMode: %s', async (strict, { gateway, open }) => {
    gateway.serves(inject('files18'))
    const tab = await open()
    expect(await tab.page.evaluate(() => window.lab.react)).toMatch(/^18\./)
    await tab.mount({ share: 'worker' }, { strict, copies: 3, tidy: true })
    await tab.page.waitForFunction(() => window.lab.generation?.connection.state === 'open')
    await tab.page.evaluate(() => window.lab.generation.submit({ prompt: 'a cat' }))
    await gateway.until(() => gateway.count(REQUESTS, 'POST') === 1)
    gateway.success('job-1')
    await tab.page.waitForFunction(() => window.lab.generation.timeline[0]?.status === 'done')
    expect(gateway.opened).toBe(1)
  })

  test('takes the worker from where it is told', async ({ gateway, tab }) => {
    gateway.serves([['elsewhere.js', new Map(inject('files')).get('worker.js') ?? '']])
    gateway.lose('worker.js')
    await tab.use({ share: 'worker', workerUrl: '/elsewhere.js' }, 'one')
    await tab.reaches('open')
    expect((await tab.connection()).sharing).toBe('worker')
    gateway.success('one')
    await tab.hears('success one')
  })
})

describe.concurrent('for developers', () => {
  test('the devtools show the connection and break it', async ({ gateway, tab }) => {
    await tab.page.evaluate(timing => window.lab.mountDevtools({ share: 'none', timing }), QUICK)
    await tab.page.getByText('image-gen: open').click()
    gateway.success('one')
    await tab.page.locator('tr', { hasText: 'sse' }).locator('td').nth(1).getByText('1').waitFor()
    await tab.page.getByRole('button', { name: 'polling' }).click()
    await tab.page.getByText('image-gen: polling').waitFor()
    await tab.page.getByRole('button', { name: 'sse' }).click()
    await tab.page.getByText('image-gen: open').waitFor()
  })

  test('a fault is told to the logger', async ({ gateway, tab }) => {
    await tab.page.evaluate(() => {
      const said: string[] = []
      Object.assign(window, { said })
      window.lab.use({
        share: 'none',
        logger: { error: (...words: unknown[]) => said.push(words.join(' ')), warn: () => {} },
      })
    })
    await tab.reaches('open')
    gateway.write('data: not json\n\n')
    await tab.page.waitForFunction(() => (window as unknown as { said: string[] }).said.length)
    expect(await tab.page.evaluate(() => (window as unknown as { said: string[] }).said)).toEqual([
      'image-gen: skipped not json',
    ])
    expect(tab.errors).toEqual([])
  })
})
