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

/** Each time another person, with an empty history. */
const signIn = async (page: Page): Promise<void> => {
  await page.getByLabel('Name').fill(`person-${++people}`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /^Connection: Live/ }).waitFor()
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

test('keeps the history over a reload, and another person does not see it', () =>
  withPage({}, async page => {
    await signIn(page)
    await ask(page, 'a lake')
    await strip(page, 'done').waitFor()
    await page.reload()
    await strip(page, 'done').locator('[data-loaded="true"]').waitFor()
    await page.getByRole('button', { name: /^Account/ }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signIn(page)
    await page.getByRole('list', { name: 'Example prompts' }).waitFor()
    expect(await strip(page, 'done').count()).toBe(0)
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
