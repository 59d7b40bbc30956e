import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import { inject, test as plain } from 'vitest'
import type { ConnectionOptions, ImageGenerationOptions, Timing } from '../../types/index.ts'
import { Gateway, PATIENCE } from './gateway.ts'

/** As the defaults, but in a test's time. */
export const QUICK: Partial<Timing> = {
  open: 10_000,
  silence: 40_000,
  retry: 30,
  base: 20,
  cap: 100,
  stable: 300,
  pause: 60_000,
  wait: 2,
  pollMin: 10,
  pollMax: 80,
  linger: 20,
}

/** A page that has loaded the package, and the words to speak with it. */
export class Tab {
  readonly page: Page
  readonly errors: string[] = []
  #network?: CDPSession

  constructor(page: Page) {
    this.page = page
    page.on('pageerror', error => this.errors.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error') this.errors.push(message.text())
    })
  }

  /** Uses a client that is quick and, unless said otherwise, not shared. */
  async use(options: ConnectionOptions & { token?: string } = {}, ...follows: string[]): Promise<void> {
    const { timing, ...rest } = options
    await this.page.evaluate(
      ([all, ids]) => {
        window.lab.use(all, ids)
      },
      [{ share: 'none', ...rest, timing: { ...QUICK, ...timing } } as ConnectionOptions, follows] as const,
    )
  }

  async mount(
    options: ImageGenerationOptions = {},
    how: { strict?: boolean; copies?: number; tidy?: boolean } = {},
  ): Promise<void> {
    const { timing, ...rest } = options
    const all: ImageGenerationOptions = { share: 'none', ...rest, timing: { ...QUICK, ...timing } }
    await this.page.evaluate(([all, how]) => window.lab.mount(all, how), [all, how] as const)
    await this.page.waitForFunction(() => window.lab.generation)
  }

  /** Waits for a state of the connection. */
  async reaches(state: string): Promise<void> {
    await this.page.waitForFunction(wanted => window.lab.client.view.connection.state === wanted, state)
  }

  /** Waits for what the diary says. */
  async hears(...heard: string[]): Promise<void> {
    await this.page.waitForFunction(wanted => wanted.every(it => window.lab.diary.heard.includes(it)), heard)
  }

  async generation<T>(look: (generation: Window['lab']['generation']) => T): Promise<T> {
    return this.page.evaluate(`(${look})(window.lab.generation)`) as Promise<T>
  }

  /** Takes this page, and no other, off the network. */
  async offline(offline: boolean): Promise<void> {
    this.#network ??= await this.page.context().newCDPSession(this.page)
    await this.#network.send('Network.enable')
    const all = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
    await this.#network.send('Network.emulateNetworkConditions', { offline, ...all })
  }

  /** Kills the process of the page; it has no time to say anything. */
  async crash(): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page)
    session.send('Page.crash').catch(() => {})
    await this.page.waitForEvent('crash')
  }

  diary() {
    return this.page.evaluate(() => window.lab.diary)
  }

  view() {
    return this.page.evaluate(() => window.lab.client.view)
  }

  connection() {
    return this.page.evaluate(() => window.lab.client.view.connection)
  }
}

interface Fixtures {
  gateway: Gateway
  context: BrowserContext
  /** Opens another page of the same browser. */
  open: (url?: string, within?: BrowserContext) => Promise<Tab>
  /** Of this test alone, whose clock it may turn. */
  apart: BrowserContext
  tab: Tab
}

/** One for all tests of a file: each test has its own gateway, and so its own origin. */
let shared: Promise<BrowserContext> | undefined

const newContext = async (): Promise<BrowserContext> => {
  const context = await (await chromium.connect(inject('browser'))).newContext()
  context.setDefaultTimeout(PATIENCE)
  return context
}

export const test = plain.extend<Fixtures>({
  gateway: async ({}, use) => {
    const gateway = new Gateway(new Map(inject('files')))
    await gateway.start()
    await use(gateway)
    await gateway.stop()
  },
  context: async ({}, use) => {
    shared ??= newContext()
    await use(await shared)
  },
  apart: async ({}, use) => {
    const context = await newContext()
    await use(context)
    await context.close()
  },
  open: async ({ context, gateway, task }, use) => {
    const tabs: Tab[] = []
    await use(async (url = gateway.url, within = context) => {
      const page = await within.newPage()
      const tab = new Tab(page)
      tabs.push(tab)
      await page.goto(url)
      await page.waitForFunction(() => window.lab)
      return tab
    })
    if (task.result?.state === 'fail') {
      for (const tab of tabs) {
        const look = () => [
          window.lab.client?.view,
          window.lab.generation,
          window.lab.clients.length && window.lab.diary,
        ]
        const view = await tab.page.evaluate(look).catch(String)
        console.log('what the page says:', JSON.stringify(view), tab.errors)
      }
      const asked = gateway.asked.map(it => `${it.method} ${it.path}?${it.query}`)
      console.log('what was asked:', asked)
    }
    await Promise.all(tabs.map(tab => tab.page.close()))
  },
  tab: async ({ open }, use) => use(await open()),
})
