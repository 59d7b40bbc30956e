import { describe, expect } from 'vitest'
import { type Tab, test } from './support/browser.ts'
import { type Gateway, imageAt } from './support/gateway.ts'

const REQUESTS = '/api/image-gen/requests'

const openTwo = async (open: () => Promise<Tab>, options = {}): Promise<[Tab, Tab]> => {
  const tabs: [Tab, Tab] = [await open(), await open()]
  for (const tab of tabs) {
    await tab.mount({ share: undefined, ...options })
    await tab.page.waitForFunction(() => window.lab.generation?.connection.state === 'open')
  }
  return tabs
}

const submit = (tab: Tab, prompt: string, count = 1): Promise<string> =>
  tab.page.evaluate(([prompt, count]) => window.lab.generation.submit({ prompt, count }), [prompt, count] as const)

const shows = (tab: Tab, status: string, entries = 1) =>
  tab.page.waitForFunction(
    ([status, entries]) => {
      const { timeline } = window.lab.generation
      return timeline.length === entries && timeline.every(entry => entry.status === status)
    },
    [status, entries] as const,
  )

const accepted = (tab: Tab, entries: number) =>
  tab.page.waitForFunction(entries => {
    const { timeline } = window.lab.generation
    return timeline.length === entries && timeline.every(entry => entry.requestId)
  }, entries)

const cancelled = (gateway: Gateway) => gateway.asked.filter(it => it.method === 'DELETE')

/** Answers every POST only when told to. */
const holdPosts = (gateway: Gateway): ((jobs?: string[]) => void) => {
  const held: ((job: string) => void)[] = []
  gateway.answers(REQUESTS, (_, response) => {
    held.push(job => {
      response.writeHead(202, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ request_id: job }))
    })
  })
  return (jobs = []) => {
    for (const [index, answer] of held.splice(0).entries()) answer(jobs[index] ?? `held-${index}`)
  }
}

describe.concurrent('the history of two tabs', () => {
  test('keeps what both submit at the same moment, and cancels none of it', async ({ gateway, open }) => {
    const tabs = await openTwo(open)
    for (let round = 1; round <= 20; round++) {
      await Promise.all(tabs.map((tab, index) => submit(tab, `${round} of tab ${index}`)))
      for (const tab of tabs) await accepted(tab, round * 2)
    }
    expect(gateway.count(REQUESTS, 'POST')).toBe(40)
    expect(cancelled(gateway)).toEqual([])
  })

  test('keeps both where there are no locks', async ({ gateway, open }) => {
    const tabs: [Tab, Tab] = [await open(), await open()]
    for (const tab of tabs) {
      await tab.page.evaluate(() => Object.defineProperty(navigator, 'locks', { value: undefined }))
      await tab.mount()
    }
    for (let round = 1; round <= 10; round++) {
      await Promise.all(tabs.map((tab, index) => submit(tab, `${round} of tab ${index}`)))
      for (const tab of tabs) await accepted(tab, round * 2)
    }
    expect(cancelled(gateway)).toEqual([])
  })

  test('asks again once for an entry that both show as failed, and the other tab follows it', async ({
    gateway,
    open,
  }) => {
    const [one, other] = await openTwo(open)
    const id = await submit(one, 'a cat')
    await accepted(other, 1)
    gateway.failure('job-1')
    for (const tab of [one, other]) await shows(tab, 'error')
    await Promise.all([one, other].map(tab => tab.page.evaluate(id => window.lab.generation.retry(id), id)))
    await gateway.until(() => gateway.last(REQUESTS)?.headers['idempotency-key'] === `${id}.1`)
    gateway.success('job-2')
    for (const tab of [one, other]) await shows(tab, 'done')
    const keys = gateway.asked.filter(it => it.path === REQUESTS).map(it => it.headers['idempotency-key'])
    expect(new Set(keys)).toEqual(new Set([`${id}.0`, `${id}.1`]))
    expect(cancelled(gateway)).toEqual([])
  })

  test('loses both images that the two tabs remove at the same moment', async ({ gateway, open }) => {
    const tabs = await openTwo(open)
    const id = await submit(tabs[0], 'a cat', 3)
    await accepted(tabs[1], 1)
    const images = ['/1.png', '/2.png', '/3.png'].map(imageAt)
    gateway.publish({ request_id: 'job-1', status: 'OK', payload: { images } })
    for (const tab of tabs) await shows(tab, 'done')
    await Promise.all(
      tabs.map((tab, index) => tab.page.evaluate(id => window.lab.generation.remove(id), `${id}/${index}`)),
    )
    for (const tab of tabs) {
      await tab.page.waitForFunction(() => window.lab.generation.images.length === 1)
      expect(await tab.generation(it => it.images[0]?.url)).toBe('/3.png')
    }
  })

  test('a job that one tab cancels while the other waits for its name is taken back', async ({ gateway, open }) => {
    const [one, other] = await openTwo(open)
    const answer = holdPosts(gateway)
    const id = await submit(one, 'a cat')
    await gateway.until(() => gateway.count(REQUESTS, 'POST') === 1)
    await shows(other, 'pending')
    await other.page.evaluate(id => window.lab.generation.cancel(id), id)
    await shows(one, 'cancelled')
    answer()
    await gateway.until(() => gateway.count(`${REQUESTS}/held-0`, 'DELETE') > 0)
  })

  test('a job that one tab removes while the other waits for its name is taken back', async ({ gateway, open }) => {
    const [one, other] = await openTwo(open)
    const answer = holdPosts(gateway)
    const id = await submit(one, 'a cat')
    await gateway.until(() => gateway.count(REQUESTS, 'POST') === 1)
    await shows(other, 'pending')
    await other.page.evaluate(id => window.lab.generation.remove(id), id)
    await one.page.waitForFunction(() => !window.lab.generation.timeline.length)
    answer()
    await gateway.until(() => gateway.count(`${REQUESTS}/held-0`, 'DELETE') > 0)
  })
})

describe.concurrent('a submission', () => {
  test('beyond the limit while its POST is under way is neither dropped nor cancelled', async ({ gateway, tab }) => {
    await tab.mount({ limit: 1 })
    const answer = holdPosts(gateway)
    await submit(tab, 'the first')
    // Two at once may come in either order
    await gateway.until(() => gateway.count(REQUESTS, 'POST') === 1)
    await submit(tab, 'the second')
    await gateway.until(() => gateway.count(REQUESTS, 'POST') === 2)
    answer(['one', 'two'])
    await accepted(tab, 2)
    gateway.success('one')
    await tab.page.waitForFunction(() => window.lab.generation.timeline.length === 1)
    expect(cancelled(gateway)).toEqual([])
  })

  test('offline waits for the network, however long, and then makes one job', async ({ gateway, open, apart }) => {
    const tab = await open(gateway.url, apart)
    await tab.mount()
    await tab.page.waitForFunction(() => window.lab.generation?.connection.state === 'open')
    await tab.page.clock.install()
    await tab.offline(true)
    await submit(tab, 'a cat')
    for (let minute = 0; minute < 10; minute++) await tab.page.clock.fastForward('01:00')
    await shows(tab, 'pending')
    await tab.offline(false)
    await accepted(tab, 1)
    expect(gateway.count(REQUESTS, 'POST')).toBe(1)
  })

  test('outlives the component that made it', async ({ gateway, tab }) => {
    await tab.mount()
    const answer = holdPosts(gateway)
    await submit(tab, 'a cat')
    await gateway.until(() => gateway.count(REQUESTS, 'POST') === 1)
    await tab.page.evaluate(() => window.lab.setMounted(false))
    await gateway.until(() => gateway.live === 0)
    answer(['kept'])
    gateway.success('kept')
    await tab.page.waitForFunction(() => Object.values(localStorage).some(text => text.includes('kept')))
    await tab.page.evaluate(() => window.lab.setMounted(true))
    await shows(tab, 'done')
    expect(gateway.count(REQUESTS, 'POST')).toBe(1)
    expect(cancelled(gateway)).toEqual([])
  })

  test('with the same key again is the same one', async ({ gateway, tab }) => {
    await tab.mount()
    const ids = await tab.page.evaluate(() =>
      [1, 2, 3].map(() => window.lab.generation.submit({ prompt: 'a cat' }, { key: 'one click' })),
    )
    expect(new Set(ids).size).toBe(1)
    await accepted(tab, 1)
    expect(gateway.count(REQUESTS, 'POST')).toBe(1)
  })

  test('to a proxy without a backend is repeated until the gateway is back', async ({ gateway, tab }) => {
    let asked = 0
    gateway.answers(REQUESTS, (_, response) => {
      if (++asked === 2) gateway.behaves()
      response.writeHead(404, { 'Content-Type': 'text/html' })
      response.end('<h1>Not here</h1>')
    })
    await tab.mount()
    await submit(tab, 'a cat')
    await accepted(tab, 1)
  })

  test('past a person’s own quota says so in the server’s words, at once', async ({ gateway, tab }) => {
    gateway.refuses(REQUESTS, 429, { detail: 'Ten images a day are enough.', headers: { 'Retry-After': '3600' } })
    await tab.mount()
    await submit(tab, 'a cat')
    await shows(tab, 'error')
    expect(await tab.generation(it => it.timeline[0]?.error)).toBe('Ten images a day are enough.')
    expect(gateway.count(REQUESTS, 'POST')).toBe(1)
  })
})

describe.concurrent('a request that is looked up', () => {
  const reload = async (tab: Tab) => {
    await tab.page.reload()
    await tab.page.waitForFunction(() => window.lab)
    await tab.mount()
  }

  test.for([404, 503])(
    'and gets a %i that is not the gateway’s word is asked for again',
    async (status, { gateway, tab }) => {
      await tab.mount()
      await submit(tab, 'a cat')
      await accepted(tab, 1)
      gateway.forget()
      gateway.answers(`${REQUESTS}/job-1`, (_, response) => {
        response.writeHead(status, { 'Content-Type': 'text/html' })
        response.end('<h1>Not here</h1>')
      })
      await reload(tab)
      await gateway.until(() => gateway.count(`${REQUESTS}/job-1`, 'GET') >= 3)
      await shows(tab, 'pending')
      gateway.success('job-1')
      await shows(tab, 'done')
    },
  )

  test('goes on being shown as failed while that is only a guess, until the real end comes', async ({
    gateway,
    tab,
  }) => {
    await tab.mount()
    await submit(tab, 'a cat')
    await accepted(tab, 1)
    gateway.publish({ request_id: 'job-1', status: 'ERROR', message: 'Not heard of since.', provisional: true })
    await shows(tab, 'error')
    expect(await tab.generation(it => it.isGenerating)).toBe(false)
    await reload(tab)
    await shows(tab, 'error')
    gateway.progress('job-1', 70)
    await shows(tab, 'progress')
    gateway.success('job-1')
    await shows(tab, 'done')
    expect(await tab.generation(it => it.timeline[0])).not.toHaveProperty('error')
  })
})

describe.concurrent('whose history it is', () => {
  /** Says who is signed in. */
  const signIn = (gateway: Gateway, user: string) =>
    gateway.answers('/api/image-gen/session', (request, response) => {
      if (request.method === 'DELETE') return void response.writeHead(204).end()
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ user, expires_at: '2030-01-01T00:00:00Z' }))
    })

  test('is what the session says, where the page does not', async ({ gateway, tab }) => {
    signIn(gateway, 'alice')
    await tab.mount()
    await submit(tab, 'a secret')
    await accepted(tab, 1)
    gateway.success('job-1')
    await shows(tab, 'done')
    signIn(gateway, 'bob')
    gateway.forget()
    await tab.page.reload()
    await tab.page.waitForFunction(() => window.lab)
    await tab.mount()
    await tab.page.waitForFunction(() => window.lab.generation?.connection.state === 'open')
    await gateway.until(() => gateway.count('/api/image-gen/session', 'GET') > 1)
    expect(await tab.generation(it => it.timeline)).toEqual([])
  })

  test('ends with signing out, in all tabs, and costs no job', async ({ gateway, open }) => {
    const [one, other] = await openTwo(open, { user: 'alice' })
    await submit(one, 'a secret')
    await accepted(other, 1)
    await one.page.evaluate(() => window.lab.connected.signOut())
    for (const tab of [one, other]) await tab.page.waitForFunction(() => !window.lab.generation.timeline.length)
    expect(await one.page.evaluate(() => Object.values(localStorage).join())).not.toContain('secret')
    expect(cancelled(gateway).map(it => it.path)).toEqual(['/api/image-gen/session'])
  })

  test('can be cleared', async ({ gateway, tab }) => {
    await tab.mount({ user: 'alice' })
    await submit(tab, 'a cat')
    await accepted(tab, 1)
    gateway.success('job-1')
    await shows(tab, 'done')
    await tab.page.evaluate(() => window.lab.generation.clear())
    expect(await tab.generation(it => it.timeline)).toEqual([])
    expect(await tab.page.evaluate(() => Object.keys(localStorage).filter(it => it.includes('timeline')))).toEqual([])
  })
})

describe.concurrent('a promise of images', () => {
  test('resolves with the finished entry, and tells its progress', async ({ gateway, tab }) => {
    await tab.mount()
    const promised = tab.page.evaluate(async () => {
      const seen: number[] = []
      const entry = await window.lab.generation.generate(
        { prompt: 'a cat' },
        { onProgress: ({ progress }) => seen.push(progress) },
      )
      return { seen, status: entry.status, url: entry.images[0]?.url }
    })
    await accepted(tab, 1)
    gateway.progress('job-1', 40)
    await shows(tab, 'progress')
    gateway.success('job-1')
    expect(await promised).toMatchObject({ status: 'done', url: '/images/job-1.png' })
    expect((await promised).seen).toContain(40)
  })

  test('rejects with the problem that the server named', async ({ gateway, tab }) => {
    gateway.refuses(REQUESTS, 422, { detail: 'This prompt can not be drawn.' })
    await tab.mount()
    const failure = await tab.page.evaluate(() =>
      window.lab.generation.generate({ prompt: 'a cat' }).then(
        () => undefined,
        ({ kind, status, type, message }) => ({ kind, status, type, message }),
      ),
    )
    expect(failure).toEqual({
      kind: 'refused',
      status: 422,
      type: 'urn:problem-type:image-gen:test-422',
      message: 'This prompt can not be drawn.',
    })
  })

  test('is cancelled by its signal, here and at the server', async ({ gateway, tab }) => {
    await tab.mount()
    const name = tab.page.evaluate(() => {
      const closing = new AbortController()
      Object.assign(window, { closing })
      return window.lab.generation
        .generate({ prompt: 'a cat' }, { signal: closing.signal })
        .catch((error: Error) => error.name)
    })
    await accepted(tab, 1)
    await tab.page.evaluate(() => (window as unknown as { closing: AbortController }).closing.abort())
    expect(await name).toBe('AbortError')
    await gateway.until(() => gateway.count(`${REQUESTS}/job-1`, 'DELETE') === 1)
  })
})
