import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { startGateway } from './dev/gateway.ts'

/** The built page in a real browser, under the policy of the real server. */

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

const PATIENT = { timeout: 20_000 }

// Many steps each, on machines that may be busy.
vi.setConfig({ testTimeout: 90_000 })

let folder: string
let gateway: Awaited<ReturnType<typeof startGateway>>
let browser: Browser

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'studio-'))
  const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url))
  await build({ configFile, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } })
  gateway = await startGateway({ folder, quick: true })
  browser = await chromium.connect(inject('browser'))
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await gateway?.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Watched {
  shifts: { at: number; name: string }[]
  violations: string[]
}

declare global {
  interface Window {
    watched: Watched
  }
}

const withPage = async (options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> => {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(PATIENT.timeout)
  await context.addInitScript(() => {
    const watched: Watched = { shifts: [], violations: [] }
    window.watched = watched
    document.addEventListener('securitypolicyviolation', event => watched.violations.push(event.violatedDirective))
    new PerformanceObserver(list => {
      for (const { startTime, sources } of list.getEntries() as (PerformanceEntry & { sources: { node?: Node }[] })[]) {
        for (const { node } of sources) {
          // Figures that are set flush right start elsewhere when they change; no element moves for it.
          if (node instanceof Element) watched.shifts.push({ at: startTime, name: `${node.tagName} ${node.className}` })
        }
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  try {
    await page.goto(gateway.url)
    await use(page)
    expect(errors).toEqual([])
    expect(await page.evaluate(() => window.watched.violations)).toEqual([])
  } finally {
    await context.close()
  }
}

let people = 0

/** Each time another person, with an empty history, unless it is said who. */
const signIn = async (page: Page, name = `person-${++people}`): Promise<string> => {
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /^Connection: Live/ }).waitFor()
  return name
}

const signOut = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Name').waitFor()
}

const ask = async (page: Page, prompt: string): Promise<void> => {
  await page.getByLabel('Prompt', { exact: true }).fill(prompt)
  await page.getByRole('button', { name: 'Generate' }).click()
}

const strip = (page: Page, status: string) => page.locator(`li[data-status="${status}"]`)

/** What axe has to say, with the place. */
const complaints = async (page: Page): Promise<string[]> => {
  // By the debugger, which the policy of the page does not bind.
  await page.evaluate(await readFile(AXE, 'utf8'))
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: { run: () => Promise<AxeResult> } }).axe.run()
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`))
  })
}

interface AxeResult {
  violations: { id: string; nodes: { target: string[] }[] }[]
}

const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 360],
  ['dark', 2560],
] as const)('in %s at %i pixels', (colorScheme, width) => {
  test('has nothing that axe objects to, and no way to scroll sideways', () =>
    withPage({ colorScheme, viewport: { width, height: 800 } }, async page => {
      await page.getByLabel('Name').waitFor()
      expect(await complaints(page)).toEqual([])
      await signIn(page)
      expect(await complaints(page)).toEqual([])
      await ask(page, 'a lake')
      await strip(page, 'done').locator('[data-loaded="true"]').waitFor()
      await ask(page, 'bound to fail')
      await strip(page, 'error').waitFor()
      await ask(page, 'stuck')
      await page.getByRole('progressbar').waitFor()
      await page.getByRole('button', { name: /^Account/ }).click()
      expect(await complaints(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /^Connection/ }).click()
      expect(await complaints(page)).toEqual([])
      expect(await sideways(page)).toBe(0)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Open image: a lake' }).click()
      expect(await complaints(page)).toEqual([])
    }))
})

test('nothing moves when an image arrives', () =>
  withPage({}, async page => {
    await signIn(page)
    await ask(page, 'a lake')
    await strip(page, 'pending').or(strip(page, 'progress')).first().waitFor()
    const place = () => page.getByRole('figure').first().boundingBox()
    const before = await place()
    const from = await page.evaluate(() => performance.now())
    await strip(page, 'done').locator('[data-loaded="true"]').waitFor()
    expect(await place()).toEqual(before)
    expect(await page.evaluate(since => window.watched.shifts.filter(({ at }) => at > since), from)).toEqual([])
  }))

test('is usable by keyboard alone, and the focus comes back', () =>
  withPage({}, async page => {
    await page.getByLabel('Name').waitFor()
    await page.keyboard.type('keyboard')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^Connection: Live/ }).waitFor()
    await page.getByLabel('Prompt', { exact: true }).focus()
    await page.keyboard.type('a lake')
    await page.keyboard.press('Enter')
    await strip(page, 'done').locator('[data-loaded="true"]').waitFor()
    await page.keyboard.type(' at dawn')
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => strip(page, 'done').count(), PATIENT).toBe(2)

    const older = page.getByRole('button', { name: 'Open image: a lake', exact: true })
    await older.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    for (let turn = 0; turn < 12; turn++) {
      await page.keyboard.press('Tab')
      // The browser's own controls may have it for a moment, the page behind must not.
      const outside = () => document.activeElement !== document.body && !document.activeElement?.closest('dialog')
      expect(await page.evaluate(outside)).toBe(false)
    }
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('dialog', { name: 'a lake at dawn' }).waitFor()
    await page.keyboard.press('Escape')
    // Gone from the document: a dialog has no role from the moment it closes, a task before the page hears of it.
    await page.locator('dialog').waitFor({ state: 'detached' })
    const focused = () => document.activeElement?.getAttribute('aria-label')
    expect(await page.evaluate(focused)).toBe('Open image: a lake at dawn')

    const indicator = page.getByRole('button', { name: /^Connection/ })
    await indicator.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: 'Connection' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await indicator.evaluate(element => element === document.activeElement)).toBe(true)
  }))

test('tells a screen reader what happens, and no more', () =>
  withPage({}, async page => {
    await signIn(page)
    await page.evaluate(() => {
      const said: string[] = []
      Object.assign(window, { said })
      const status = document.querySelector('[data-announcer]') as Element
      new MutationObserver(() => said.push(status.textContent ?? '')).observe(status, {
        childList: true,
        characterData: true,
        subtree: true,
      })
    })
    await ask(page, 'a lake')
    await strip(page, 'done').waitFor()
    const said = () => page.evaluate(() => (window as unknown as { said: string[] }).said)
    await expect
      .poll(said, PATIENT)
      .toEqual(['Generating 1 image: a lake', 'Half done: a lake', 'The image is ready: a lake'])
  }))

test('keeps the history over a reload, and nothing of it, nor of the bench, once its person has signed out', () =>
  withPage({}, async page => {
    const name = await signIn(page)
    await ask(page, 'a lake')
    await strip(page, 'done').waitFor()
    await page.reload()
    await strip(page, 'done').locator('[data-loaded="true"]').waitFor()
    await page.getByRole('button', { name: 'Favourites only' }).waitFor()
    for (const next of [undefined, name]) {
      await signOut(page)
      await signIn(page, next)
      await page.getByRole('list', { name: 'Example prompts' }).waitFor()
      expect(await strip(page, 'done').count()).toBe(0)
      expect(await page.getByLabel('Prompt', { exact: true }).inputValue()).toBe('')
    }
  }))

test('is live again after signing out and in as the same person', () =>
  withPage({}, async page => {
    await signIn(page)
    await page.getByRole('button', { name: /^Account/ }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    // The name is remembered.
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Connection: Live SSE' }).waitFor()
    await ask(page, 'a lake')
    await strip(page, 'done').waitFor()
  }))

test('signs out in all tabs at once', () =>
  withPage({}, async page => {
    await signIn(page)
    const other = await page.context().newPage()
    await other.goto(gateway.url)
    await other.getByRole('button', { name: /^Account/ }).waitFor()
    await page.getByRole('button', { name: /^Account/ }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await other.getByLabel('Name').waitFor()
  }))

test('lets one drop the connection, go offline and switch the transport, and the image still arrives', () =>
  withPage({}, async page => {
    await signIn(page)
    const indicator = page.getByRole('button', { name: /^Connection:/ })
    await indicator.click()
    await ask(page, 'a lake')
    await page.getByRole('button', { name: 'Drop the connection' }).click()
    await strip(page, 'done').waitFor()
    await page.getByRole('button', { name: 'WebSocket' }).click()
    await page.locator('[data-transport="websocket"][data-state="open"]').waitFor()
    await page.getByRole('button', { name: 'Polling', exact: true }).click()
    await page.locator('[data-transport="polling"][data-state="polling"]').waitFor()
    await ask(page, 'another lake')
    await expect.poll(() => strip(page, 'done').count(), PATIENT).toBe(2)
    await page.getByRole('button', { name: 'SSE', exact: true }).click()
    await page.locator('[data-transport="sse"][data-state="open"]').waitFor()
    const offline = page.getByRole('button', { name: 'Simulate offline' })
    await offline.click()
    await page.locator('[data-state="waiting"]').waitFor()
    await offline.click()
    await page.locator('[data-state="open"]').waitFor()
  }))

test('remembers a chosen theme before the first paint', () =>
  withPage({ colorScheme: 'light' }, async page => {
    await signIn(page)
    const toggle = page.getByRole('button', { name: /^Theme:/ })
    await toggle.click()
    await toggle.click()
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const dark = await background()
    await page.reload()
    expect(await background()).toBe(dark)
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  }))

test('says in words that there is no identity', async () => {
  const bare = await startGateway({ folder, identity: false })
  try {
    await withPage({}, async page => {
      await page.goto(bare.url)
      await page.getByLabel('Name').fill('ada')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('This gateway has no identity of its own.').waitFor()
      await page.getByLabel('Access token').waitFor()
    })
  } finally {
    await bare.stop()
  }
})

test('renews a session that is about to end, without a word', async () => {
  const short = await startGateway({ folder, lifetime: 27 })
  try {
    await withPage({}, async page => {
      await page.goto(short.url)
      await signIn(page)
      await page.getByRole('button', { name: /^Account/ }).click()
      const ends = () => page.locator('[data-session-expires]').getAttribute('data-session-expires')
      const first = await ends()
      await expect.poll(ends, PATIENT).not.toBe(first)
    })
  } finally {
    await short.stop()
  }
})

test('says that the session has ended where it can not be renewed, and goes on once it can', async () => {
  const short = await startGateway({ folder, lifetime: 3, quick: true })
  try {
    await withPage({}, async page => {
      await page.goto(short.url)
      let asked = 0
      // The identity is out of order after the first time.
      await page.route('**/api/embedded/token', route => (asked++ ? route.fulfill({ status: 503 }) : route.continue()))
      await page.getByLabel('Name').fill('ada')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('Your session has ended.').waitFor()
      await page.locator('[data-state="expired"]').waitFor()
      expect(await complaints(page)).toEqual([])
      await page.unroute('**/api/embedded/token')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('button', { name: 'Connection: Live SSE' }).waitFor()
    })
  } finally {
    await short.stop()
  }
})

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }

const inSight = (page: Page, selector: string) =>
  page.locator(selector).evaluate(element => {
    const { top, bottom } = element.getBoundingClientRect()
    return top >= 0 && top < innerHeight && bottom > 0
  })

const focused = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.getAttribute('name'),
  )

test('asks once, however long Enter is held down and however fast the button is clicked', () =>
  withPage({}, async page => {
    await signIn(page)
    await page.getByLabel('Prompt', { exact: true }).fill('a lake')
    for (let repeat = 0; repeat < 6; repeat++) await page.keyboard.down('Enter')
    await page.keyboard.up('Enter')
    await strip(page, 'done').waitFor()
    expect(await page.locator('li[data-status]').count()).toBe(1)
    await page.getByRole('button', { name: 'Generate' }).dblclick()
    await expect.poll(() => strip(page, 'done').count(), PATIENT).toBe(2)
    expect(await page.locator('li[data-status]').count()).toBe(2)
  }))

test('on a phone folds the choices, and brings what was asked for before the eyes', () =>
  withPage(PHONE, async page => {
    await signIn(page)
    expect(await page.getByRole('radio', { name: 'Glass' }).isVisible()).toBe(false)
    await page.getByRole('button', { name: /^Choices/ }).tap()
    await page.getByText('Story').tap()
    await ask(page, 'stuck')
    await page.locator('li[data-entry-id]').waitFor()
    await expect.poll(() => inSight(page, 'li[data-entry-id]'), PATIENT).toBe(true)
    expect(await page.getByRole('radio', { name: 'Glass' }).isVisible()).toBe(false)
  }))

test('says on a phone too that the server is gone, and no card pretends to go on', async () => {
  const dying = await startGateway({ folder, quick: true })
  try {
    await withPage(PHONE, async page => {
      await page.goto(dying.url)
      await signIn(page)
      await ask(page, 'slow')
      await page.getByRole('progressbar').waitFor()
      await dying.stop()
      await page.locator('[data-notice]', { hasText: 'can not be reached' }).waitFor()
      expect(await inSight(page, '[data-notice]')).toBe(true)
      await page.getByText('not heard of').waitFor()
      expect(await complaints(page)).toEqual([])
    })
  } finally {
    await dying.stop()
  }
})

test('tells the backend\u2019s quota at once and in its words', () =>
  withPage({}, async page => {
    await signIn(page)
    await ask(page, 'over the quota')
    await strip(page, 'error').getByText('No more than 100 images a day.').waitFor({ timeout: 5_000 })
  }))

test('says why nobody can sign in where cookies are blocked', () =>
  withPage({}, async page => {
    await page.route('**/api/image-gen/session', async route => {
      const response = await route.fetch()
      const { 'set-cookie': _, ...headers } = response.headers()
      await route.fulfill({ response, headers })
    })
    await page.getByLabel('Name').fill('ada')
    await page.context().clearCookies()
    await page.route('**/api/image-gen/session', route =>
      route.request().method() === 'GET' ? route.fulfill({ status: 401, json: {} }) : route.fallback(),
    )
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('did not keep the cookie').waitFor()
  }))

test('leaves no error on the console of somebody who is signed out', () =>
  withPage({}, async page => {
    const errors: string[] = []
    page.on('console', message => message.type() === 'error' && errors.push(message.text()))
    await page.reload()
    await page.getByLabel('Name').waitFor()
    await signIn(page)
    await signOut(page)
    await page.reload()
    await page.getByLabel('Name').waitFor()
    expect(errors).toEqual([])
  }))

test('Back closes the image that is looked at, and stays on the page', () =>
  withPage({}, async page => {
    await signIn(page)
    await ask(page, 'a lake')
    const open = page.getByRole('button', { name: 'Open image: a lake' })
    for (const leave of [() => page.goBack(), () => page.keyboard.press('Escape')]) {
      await open.click()
      await page.getByRole('dialog').waitFor()
      await leave()
      await page.locator('dialog').waitFor({ state: 'detached' })
      await open.waitFor()
    }
    expect(page.url()).toBe(gateway.url)
  }))

test('the focus is at the prompt after signing in, and at the neighbour after removing', () =>
  withPage({}, async page => {
    await signIn(page)
    expect(await focused(page)).toBe('prompt')
    await ask(page, 'a lake')
    await strip(page, 'done').waitFor()
    await ask(page, 'a hill')
    await expect.poll(() => strip(page, 'done').count(), PATIENT).toBe(2)
    await page.getByRole('button', { name: 'Remove: a hill' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page), PATIENT).toBe('Remove: a lake')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate(() => document.activeElement?.id), PATIENT).toBe('sheet-title')
  }))

test('shows what is selected where the system chooses the colours', () =>
  withPage({ forcedColors: 'active' }, async page => {
    await signIn(page)
    const colour = (name: string) =>
      page.locator('label', { hasText: name }).evaluate(label => getComputedStyle(label).backgroundColor)
    expect(await colour('Square')).not.toBe(await colour('Portrait'))
  }))

test('a reload fetches small images, and only those near the window', () =>
  withPage({}, async page => {
    await signIn(page)
    await page.locator('label', { hasText: /^4$/ }).click()
    for (let request = 1; request <= 6; request++) {
      await ask(page, `lake ${request}`)
      await expect.poll(() => strip(page, 'done').count(), PATIENT).toBe(request)
    }
    const fetched: string[] = []
    page.on('request', request => request.resourceType() === 'image' && fetched.push(request.url()))
    await page.reload()
    await strip(page, 'done').locator('[data-loaded="true"]').first().waitFor()
    const sizes = fetched.filter(url => url.includes('/v1/')).map(url => Number(new URL(url).searchParams.get('w')))
    expect(sizes.length).toBeGreaterThan(0)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(384)
  }))

test('shows a clear tile where an image is gone, and makes it again from its seed', () =>
  withPage({}, async page => {
    await signIn(page)
    await ask(page, 'a lake')
    await strip(page, 'done').locator('[data-loaded="true"]').waitFor()
    await page.route('**/v1/image-gen/images/**', route => route.fulfill({ status: 404 }))
    await page.reload()
    await page.getByText('This image is no longer there.').waitFor()
    expect(await complaints(page)).toEqual([])
    await page.unroute('**/v1/image-gen/images/**')
    const posted = page.waitForRequest(request => request.method() === 'POST' && request.url().endsWith('/requests'))
    await page.getByRole('button', { name: 'Make it again' }).click()
    expect((await posted).postDataJSON()).toMatchObject({ prompt: 'a lake', count: 1, seed: expect.any(Number) })
  }))

test('shows what there is of an image while it is made, and what is being done', () =>
  withPage({}, async page => {
    await signIn(page)
    await ask(page, 'a slow lake')
    await page.getByText('Drawing waves').waitFor()
    await ask(page, 'a lake')
    await page.locator('[data-preview]').waitFor()
    await strip(page, 'done').locator('[data-loaded="true"]').waitFor()
    expect(await strip(page, 'done').locator('[data-preview]').count()).toBe(0)
  }))

test('asks for the same image again by its seed, for another one without, and knows where that came from', () =>
  withPage({}, async page => {
    await signIn(page)
    const posted = () => page.waitForRequest(it => it.method() === 'POST' && it.url().endsWith('/requests'))
    await page.getByRole('spinbutton', { name: 'Seed' }).fill('42')
    const first = posted()
    await ask(page, 'a lake')
    expect((await first).postDataJSON()).toMatchObject({ seed: 42 })
    await strip(page, 'done').getByText('seed 42').waitFor()
    const second = posted()
    await page.getByRole('button', { name: 'Make another one like it: a lake' }).click()
    expect((await second).postDataJSON().seed).toBeUndefined()
    await page.getByRole('button', { name: 'from another image' }).click()
    await page.getByRole('dialog').getByText('Seed 42').waitFor()
    await page.getByRole('button', { name: 'Use its prompt and seed' }).click()
    await page.locator('dialog').waitFor({ state: 'detached' })
    expect(await page.getByRole('spinbutton', { name: 'Seed' }).inputValue()).toBe('42')
  }))

test('takes a removal back', () =>
  withPage({}, async page => {
    await signIn(page)
    await ask(page, 'a lake')
    await strip(page, 'done').waitFor()
    await page.getByRole('button', { name: 'Remove: a lake' }).click()
    await strip(page, 'done').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await strip(page, 'done').waitFor()
    await page.getByRole('button', { name: 'Remove: a lake' }).click()
    await page.reload()
    await page.getByRole('list', { name: 'Example prompts' }).waitFor()
  }))

test('finds by words and by favourites, and goes from image to image by arrows', () =>
  withPage({}, async page => {
    await signIn(page)
    for (const [count, prompt] of ['a lake', 'a hill', 'a fox'].entries()) {
      await ask(page, prompt)
      await expect.poll(() => strip(page, 'done').count(), PATIENT).toBe(count + 1)
    }
    await page.getByRole('button', { name: 'Open image: a fox' }).focus()
    await page.keyboard.press('ArrowRight')
    expect(await focused(page)).toBe('Open image: a hill')
    await page.keyboard.press('f')
    await page.getByRole('button', { name: 'Favourites only' }).click()
    await expect.poll(() => strip(page, 'done').count(), PATIENT).toBe(1)
    await page.getByRole('button', { name: 'Favourites only' }).click()
    await page.locator('h2').click()
    await page.keyboard.press('/')
    await page.keyboard.type('LAKE a')
    await expect.poll(() => strip(page, 'done').count(), PATIENT).toBe(1)
    await page.getByRole('button', { name: 'Open image: a lake' }).waitFor()
    await page.getByRole('searchbox').fill('zebra')
    await page.getByRole('button', { name: 'Show everything' }).click()
    await expect.poll(() => strip(page, 'done').count(), PATIENT).toBe(3)
    await page.locator('h2').click()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
    expect(await complaints(page)).toEqual([])
  }))

test('downloads several images in one file, and removes several at once', () =>
  withPage({}, async page => {
    await signIn(page)
    await page.locator('label', { hasText: /^3$/ }).click()
    await ask(page, 'a lake')
    await strip(page, 'done').locator('[data-loaded="true"]').first().waitFor()
    await page.getByRole('button', { name: 'Select images' }).click()
    await page.getByRole('button', { name: 'Select image: a lake, 1 of 3' }).click()
    await page.getByRole('button', { name: 'Select image: a lake, 3 of 3' }).click({ modifiers: ['Shift'] })
    await page.getByText('3 images selected').waitFor()
    expect(await complaints(page)).toEqual([])
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('toolbar', { name: 'Selected images' }).getByRole('button', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^images-.*\.zip$/)
    await download.saveAs(join(folder, 'images.zip'))
    const zip = await readFile(join(folder, 'images.zip'))
    // Three local file headers, as APPNOTE 4.3.7 has them.
    expect(zip.toString('latin1').split('PK\u0003\u0004')).toHaveLength(4)
    await page.getByRole('button', { name: 'Remove selected' }).click()
    await page.getByRole('list', { name: 'Example prompts' }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await strip(page, 'done').waitFor()
  }))

test('looks closer by keys and wheel, compares two, and copies the words', () =>
  withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async page => {
    await signIn(page)
    await page.locator('label', { hasText: /^2$/ }).click()
    await ask(page, 'a lake')
    await page.getByRole('button', { name: 'Open image: a lake, 1 of 2' }).click()
    const image = page.getByRole('dialog').getByRole('img').first()
    const width = async () => (await image.boundingBox())?.width ?? 0
    const fitted = await width()
    await page.keyboard.press('1')
    await expect.poll(width, PATIENT).toBeGreaterThan(fitted * 1.3)
    await page.keyboard.press('1')
    await expect.poll(width, PATIENT).toBeLessThan(fitted * 1.01)
    await image.hover()
    await page.mouse.wheel(0, -400)
    await expect.poll(width, PATIENT).toBeGreaterThan(fitted * 1.3)
    await page.keyboard.press('0')
    await page.getByRole('button', { name: 'Copy the prompt' }).click()
    await page.getByText('Prompt copied.').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('a lake')
    await page.getByRole('button', { name: 'Copy the image' }).click()
    await page.getByText('Image copied.').waitFor()
    await page.keyboard.press('c')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.getByRole('dialog').getByRole('img').count(), PATIENT).toBe(2)
    expect(await complaints(page)).toEqual([])
  }))

test('an example is made with one click, and the title counts what ended while nobody looked', () =>
  withPage({}, async page => {
    await signIn(page)
    await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }))
    await page.getByRole('button', { name: /^.*Ridge after ridge/ }).click()
    await strip(page, 'done').waitFor()
    await expect.poll(() => page.title(), PATIENT).toBe('(1) image-gen studio')
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: false, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    expect(await page.title()).toBe('image-gen studio')
  }))

test('cancels all that runs at once', () =>
  withPage({}, async page => {
    await signIn(page)
    await ask(page, 'stuck one')
    await ask(page, 'stuck two')
    await page.getByRole('button', { name: 'Cancel all 2' }).click()
    await expect.poll(() => strip(page, 'cancelled').count(), PATIENT).toBe(2)
  }))

test('what is pasted where nobody writes goes to the prompt', () =>
  withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async page => {
    await signIn(page)
    await page.evaluate(() => navigator.clipboard.writeText(' a pasted lake '))
    await page.locator('h2').click()
    await page.keyboard.press('Control+V')
    await expect.poll(() => page.getByLabel('Prompt', { exact: true }).inputValue()).toBe('a pasted lake')
  }))
