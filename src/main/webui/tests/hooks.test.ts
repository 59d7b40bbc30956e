import { describe, expect } from 'vitest'
import { type Tab, test } from './support/browser.ts'
import { imageAt } from './support/gateway.ts'

const REQUESTS = '/api/image-gen/requests'

/** Submits and waits until the entry is drawn. */
const submit = async (tab: Tab, prompt: string, count = 1): Promise<string> => {
  const id = await tab.page.evaluate(
    ([prompt, count]) => window.lab.generation.submit({ prompt, count, width: 640, height: 480 }),
    [prompt, count] as const,
  )
  await tab.page.waitForFunction(id => window.lab.generation.timeline.some(entry => entry.id === id), id)
  return id
}

const connected = (tab: Tab) => tab.page.waitForFunction(() => window.lab.generation?.connection.state === 'open')

/** Waits until the newest entry has this status, and gives it. */
const newest = async (tab: Tab, status: string) => {
  await tab.page.waitForFunction(wanted => window.lab.generation?.timeline[0]?.status === wanted, status)
  return tab.page.evaluate(() => window.lab.generation.timeline[0])
}

const accepted = (tab: Tab) =>
  tab.page.waitForFunction(() => {
    const { timeline } = window.lab.generation
    return timeline.length && timeline.every(entry => entry.requestId)
  })

describe.concurrent('useServerSentEvents', () => {
  test('connects on mount and closes on unmount', async ({ gateway, tab }) => {
    await tab.mount()
    await tab.page.waitForSelector('ul[data-connected=true]', { state: 'attached' })
    await tab.page.evaluate(() => window.lab.setMounted(false))
    await gateway.until(() => gateway.live === 0)
  })

  test('shares one connection among all components, in StrictMode too', async ({ gateway, tab }) => {
    await tab.mount({}, { strict: true, copies: 10 })
    await tab.page.waitForFunction(() => document.querySelectorAll('ul[data-connected=true]').length === 10)
    expect(gateway.opened).toBe(1)
  })

  test('gives the same functions at each render', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    await tab.page.evaluate(() => Object.assign(window, { before: window.lab.generation }))
    await submit(tab, 'a cat')
    await gateway.until(() => gateway.count(REQUESTS) === 1)
    const same = await tab.page.evaluate(() => {
      const { before } = window as unknown as { before: typeof window.lab.generation }
      const { submit, cancel, retry, remove, reconnect, timeline } = window.lab.generation
      return [
        submit === before.submit && cancel === before.cancel && retry === before.retry,
        remove === before.remove && reconnect === before.reconnect,
        timeline !== before.timeline,
      ]
    })
    expect(same).toEqual([true, true, true])
  })

  test('leaves nothing behind after a thousand mounts', async ({ gateway, tab }) => {
    await tab.page.evaluate(() => {
      const kept = { listeners: 0, timers: new Set<unknown>() }
      Object.assign(window, { kept })
      const { addEventListener } = EventTarget.prototype
      EventTarget.prototype.addEventListener = function (...args: Parameters<typeof addEventListener>) {
        const [type, , options] = args
        if (/online|visib|page|storage/.test(type)) {
          kept.listeners++
          const { signal } = options as AddEventListenerOptions
          signal?.addEventListener('abort', () => kept.listeners--)
        }
        Reflect.apply(addEventListener, this, args)
      }
      const { setTimeout, clearTimeout } = window
      Object.assign(window, {
        setTimeout: (run: () => void, ms?: number) => {
          const timer = setTimeout(() => {
            kept.timers.delete(timer)
            run()
          }, ms)
          kept.timers.add(timer)
          return timer
        },
        clearTimeout: (timer: number) => {
          kept.timers.delete(timer)
          clearTimeout(timer)
        },
      })
    })
    await tab.mount()
    await connected(tab)
    await tab.page.evaluate(async () => {
      for (let n = 0; n < 1_000; n++) {
        window.lab.setMounted(n % 2 === 1)
        await new Promise(done => queueMicrotask(() => done(0)))
      }
      window.lab.setMounted(true)
    })
    await connected(tab)
    expect(gateway.live).toBe(1)
    await tab.page.evaluate(() => window.lab.root?.unmount())
    await gateway.until(() => gateway.live === 0)
    const kept = await tab.page.waitForFunction(() => {
      const { kept } = window as unknown as { kept: { listeners: number; timers: Set<unknown> } }
      return kept.timers.size === 0 && kept
    })
    expect(await kept.evaluate(it => (it ? it.listeners : -1))).toBe(0)
  })
})

describe.concurrent('useImageGeneration', () => {
  test('shows placeholders of the right size at once, then progress, then the image', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    await submit(tab, 'a cat', 2)
    const pending = await newest(tab, 'pending')
    expect(pending).toMatchObject({ prompt: 'a cat', progress: 0, images: [{ width: 640, height: 480 }, { index: 1 }] })
    expect(await tab.generation(it => it.isGenerating)).toBe(true)
    await accepted(tab)
    expect(JSON.parse(gateway.last(REQUESTS)?.body ?? '')).toEqual({
      prompt: 'a cat',
      width: 640,
      height: 480,
      count: 2,
    })
    gateway.progress('job-1', 50)
    expect(await newest(tab, 'progress')).toMatchObject({ progress: 50 })
    gateway.publish({ request_id: 'job-1', status: 'OK', payload: { images: [imageAt('/1.png'), imageAt('/2.png')] } })
    const done = await newest(tab, 'done')
    expect(done).toMatchObject({ progress: 100, images: [{ url: '/1.png', width: 1024 }, { url: '/2.png' }] })
    expect(done?.images.map(image => image.id)).toEqual(pending?.images.map(image => image.id))
    expect(await tab.generation(it => it.isGenerating)).toBe(false)
  })

  test('is connected before it asks, so that nothing can be missed', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    gateway.answers(REQUESTS, (_, response) => {
      // The job has ended before the answer to the POST arrives.
      gateway.success('swift')
      response.writeHead(202, { 'Content-Type': 'application/json' })
      setTimeout(() => response.end('{"request_id":"swift"}'), 50)
    })
    await submit(tab, 'a cat')
    expect(await newest(tab, 'done')).toMatchObject({ images: [{ url: '/images/swift.png' }] })
  })

  test('says errors of the job in words, and asks again in place as a new job', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    const id = await submit(tab, 'a cat')
    await accepted(tab)
    gateway.failure('job-1', 'Invalid status code: 422')
    expect(await newest(tab, 'error')).toMatchObject({ error: 'Invalid status code: 422' })
    await tab.page.evaluate(id => window.lab.generation.retry(id), id)
    await gateway.until(() => gateway.count(REQUESTS) === 2)
    await accepted(tab)
    gateway.success('job-2')
    expect(await newest(tab, 'done')).toMatchObject({ id, tries: 1 })
  })

  test('says a refusal in the words of the server', async ({ gateway, tab }) => {
    gateway.refuses(REQUESTS, 422, { title: 'Refused', detail: 'This prompt can not be drawn.' })
    await tab.mount()
    await submit(tab, 'a cat')
    expect(await newest(tab, 'error')).toMatchObject({ error: 'This prompt can not be drawn.' })
    expect(gateway.count(REQUESTS)).toBe(1)
  })

  test('repeats a POST that got no answer under the same key, so that it makes one job', async ({ gateway, tab }) => {
    const keys: unknown[] = []
    gateway.answers(REQUESTS, (request, response) => {
      keys.push(request.headers['idempotency-key'])
      if (keys.length === 2) gateway.behaves()
      response.destroy()
    })
    await tab.mount()
    await submit(tab, 'a cat')
    await accepted(tab)
    keys.push(gateway.last(REQUESTS)?.headers['idempotency-key'])
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
  })

  test('signed out when asking: renews and goes on', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    gateway.refuses(REQUESTS, 401)
    gateway.answers('/api/embedded/token', (_, response) => {
      gateway.behaves()
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.end('{"access_token":"fresh"}')
    })
    await tab.page.evaluate(() => {
      window.lab.useToken(() => window.lab.createApi().token('alice'))
    })
    await submit(tab, 'a cat')
    await accepted(tab)
    expect(gateway.last('/api/image-gen/session')?.headers.authorization).toBe('Bearer fresh')
  })

  test('cancels: at once here, and at the server', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    const id = await submit(tab, 'a cat')
    await accepted(tab)
    await tab.page.evaluate(id => window.lab.generation.cancel(id), id)
    await newest(tab, 'cancelled')
    await gateway.until(() => gateway.count(`${REQUESTS}/job-1`, 'DELETE') === 1)
    gateway.success('job-1')
    await submit(tab, 'a dog')
    await accepted(tab)
    gateway.success('job-2')
    await newest(tab, 'done')
    expect(await tab.generation(it => it.timeline.map(entry => entry.status))).toEqual(['done', 'cancelled'])
  })

  test('cancels what was not yet accepted as soon as it is', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    let answer = () => {}
    gateway.answers(REQUESTS, (_, response) => {
      answer = () => {
        response.writeHead(202, { 'Content-Type': 'application/json' })
        response.end('{"request_id":"slow"}')
      }
    })
    const id = await submit(tab, 'a cat')
    await gateway.until(() => gateway.count(REQUESTS) === 1)
    await tab.page.evaluate(id => window.lab.generation.cancel(id), id)
    answer()
    await gateway.until(() => gateway.count(`${REQUESTS}/slow`, 'DELETE') === 1)
  })

  test('removes an image, and the entry with its last one', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    const id = await submit(tab, 'a cat', 2)
    await accepted(tab)
    gateway.publish({ request_id: 'job-1', status: 'OK', payload: { images: [imageAt('/1.png'), imageAt('/2.png')] } })
    await newest(tab, 'done')
    await tab.page.evaluate(id => window.lab.generation.remove(`${id}/0`), id)
    await tab.page.waitForFunction(() => window.lab.generation.images.length === 1)
    expect(await tab.generation(it => it.images[0]?.url)).toBe('/2.png')
    await tab.page.evaluate(id => window.lab.generation.remove(`${id}/1`), id)
    await tab.page.waitForFunction(() => window.lab.generation.timeline.length === 0)
  })

  test('keeps several requests apart', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    await submit(tab, 'a cat')
    await accepted(tab)
    await submit(tab, 'a dog')
    await accepted(tab)
    gateway.success('job-1')
    await tab.page.waitForFunction(() => window.lab.generation.timeline[1]?.status === 'done')
    expect(await tab.generation(it => it.timeline.map(({ prompt, status }) => `${prompt} ${status}`))).toEqual([
      'a dog pending',
      'a cat done',
    ])
  })

  test('goes on after a reload, with what has ended meanwhile and what has not', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    for (const prompt of ['a cat', 'a dog', 'a fish']) {
      await submit(tab, prompt)
      await accepted(tab)
    }
    gateway.success('job-1')
    await tab.page.waitForFunction(() => window.lab.generation.timeline[2]?.status === 'done')
    await tab.page.goto('about:blank')
    gateway.success('job-2')
    await tab.page.goto(gateway.url)
    await tab.page.waitForFunction(() => window.lab)
    await tab.mount()
    await tab.page.waitForFunction(() => window.lab.generation?.timeline[1]?.status === 'done')
    gateway.progress('job-3', 40)
    await newest(tab, 'progress')
    gateway.success('job-3')
    await newest(tab, 'done')
    expect(await tab.generation(it => it.timeline.map(entry => entry.prompt))).toEqual(['a fish', 'a dog', 'a cat'])
  })

  test('says so when the server has forgotten the request meanwhile', async ({ gateway, tab }) => {
    await tab.mount()
    await submit(tab, 'a cat')
    await accepted(tab)
    gateway.forget()
    await tab.page.reload()
    await tab.page.waitForFunction(() => window.lab)
    await tab.mount()
    expect(await newest(tab, 'error')).toMatchObject({ error: 'The server no longer knows this request.' })
  })

  test('asks again after a reload under the same key where the answer was not heard', async ({ gateway, tab }) => {
    gateway.staysMute(REQUESTS)
    await tab.mount()
    await submit(tab, 'a cat')
    await gateway.until(() => gateway.count(REQUESTS) === 1)
    const key = gateway.last(REQUESTS)?.headers['idempotency-key']
    await tab.page.reload()
    gateway.behaves()
    await tab.page.waitForFunction(() => window.lab)
    await tab.mount()
    await accepted(tab)
    expect(gateway.last(REQUESTS)?.headers['idempotency-key']).toBe(key)
  })

  test('is one history in all tabs', async ({ gateway, open }) => {
    const [first, second] = [await open(), await open()]
    for (const tab of [first, second]) {
      await tab.mount({ share: undefined })
      await connected(tab)
    }
    await submit(first, 'a cat')
    await accepted(second)
    await submit(second, 'a dog')
    await accepted(first)
    gateway.success('job-1')
    gateway.success('job-2')
    for (const tab of [first, second]) {
      await tab.page.waitForFunction(() => window.lab.generation.timeline.every(entry => entry.status === 'done'))
      expect(await tab.generation(it => it.timeline.map(entry => entry.prompt))).toEqual(['a dog', 'a cat'])
    }
    await first.page.evaluate(() => window.lab.generation.remove(window.lab.generation.timeline[0]?.id ?? ''))
    await second.page.waitForFunction(() => window.lab.generation.timeline.length === 1)
    // A tab that comes upon an entry without a name asks too, under the same key: that makes no other job.
    const keys = gateway.asked.filter(it => it.path === REQUESTS).map(it => it.headers['idempotency-key'])
    expect(new Set(keys).size).toBe(2)
  })

  test('keeps the outside the same while the transport changes beneath', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    await submit(tab, 'a cat')
    await accepted(tab)
    gateway.progress('job-1', 10)
    await newest(tab, 'progress')
    gateway.flag('websocket')
    await tab.page.waitForFunction(() => window.lab.generation.connection.transport === 'websocket')
    gateway.progress('job-1', 40)
    await tab.page.waitForFunction(() => window.lab.generation.timeline[0]?.progress === 40)
    gateway.flag('polling')
    await tab.page.waitForFunction(() => window.lab.generation.connection.state === 'polling')
    gateway.success('job-1')
    expect(await newest(tab, 'done')).toMatchObject({ images: [{ url: '/images/job-1.png' }] })
  })

  test('measures how long the first update took', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    await submit(tab, 'a cat')
    await accepted(tab)
    gateway.success('job-1')
    await newest(tab, 'done')
    await tab.page.waitForFunction(() => window.lab.generation.stats.transports.sse.latencies.length === 1)
    const { sse } = await tab.generation(it => it.stats.transports)
    expect(sse).toMatchObject({ opens: 1, reconnects: 0, messages: 1, errors: 0 })
    expect(sse.openMs).toBeGreaterThanOrEqual(0)
    expect(sse.firstEventMs).toBeGreaterThanOrEqual(sse.openMs ?? 0)
  })

  test('keeps another history for another user', async ({ tab }) => {
    await tab.mount({ user: 'alice' })
    await submit(tab, 'a secret')
    await accepted(tab)
    await tab.page.evaluate(() => window.lab.root?.unmount())
    await tab.mount({ user: 'bob' })
    await connected(tab)
    expect(await tab.generation(it => it.timeline)).toEqual([])
  })

  test('draws a burst of progress now and then, and its result at once', async ({ gateway, tab }) => {
    await tab.mount()
    await connected(tab)
    await submit(tab, 'a cat')
    await accepted(tab)
    const before = await tab.page.evaluate(() => window.lab.renders)
    for (let n = 0; n < 2_000; n++) gateway.progress('job-1', n / 20)
    gateway.success('job-1')
    await newest(tab, 'done')
    expect((await tab.page.evaluate(() => window.lab.renders)) - before).toBeLessThan(200)
  })

  test('keeps as much history as it may and what still runs, and does without where it may not', async ({
    gateway,
    tab,
  }) => {
    await tab.mount({ limit: 3 })
    await connected(tab)
    for (let n = 0; n < 5; n++) await submit(tab, `cat ${n}`)
    await accepted(tab)
    expect(await tab.generation(it => it.timeline)).toHaveLength(5)
    for (let n = 1; n <= 5; n++) gateway.success(`job-${n}`)
    await tab.page.waitForFunction(() => window.lab.generation.timeline.every(entry => entry.status === 'done'))
    expect(await tab.generation(it => it.timeline.map(entry => entry.prompt))).toEqual(['cat 4', 'cat 3', 'cat 2'])
    await tab.page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
    })
    await submit(tab, 'the last cat')
    expect((await newest(tab, 'pending'))?.prompt).toBe('the last cat')
  })
})
