import { existsSync } from 'node:fs'
import { type BrowserServer, chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { bundle } from '../../tools/bundle.ts'

declare module 'vitest' {
  interface ProvidedContext {
    browser: string
    files: [string, string][]
  }
}

const PLACES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(name => `/usr/bin/${name}`)

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const findBrowser = (): string => {
  const found = process.env.CHROMIUM_PATH || PLACES.find(existsSync)
  if (found && existsSync(found)) return found
  throw new Error(
    'No Chromium to test in. Install one (Debian: apt-get install chromium) ' +
      `or say where it is with CHROMIUM_PATH${found ? `; there is none at ${found}` : ''}.`,
  )
}

let server: BrowserServer

/** One browser and one bundle for all test files. */
export async function setup(project: TestProject): Promise<void> {
  server = await chromium.launchServer({
    executablePath: findBrowser(),
    chromiumSandbox: process.getuid?.() !== 0,
    host: '127.0.0.1',
    args: FLAGS,
  })
  project.provide('browser', server.wsEndpoint())
  project.provide('files', [...(await bundle({ entry: 'tests/page/entry.tsx', worker: 'core/worker.ts' }))])
}

export async function teardown(): Promise<void> {
  await server?.close()
}
