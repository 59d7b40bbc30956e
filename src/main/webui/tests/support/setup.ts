import { type BrowserServer, chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { bundle } from '../../tools/bundle.ts'
import { FLAGS, findBrowser } from './chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    browser: string
    files: [string, string][]
    /** The same with React 18. */
    files18: [string, string][]
  }
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
  const page = { entry: 'tests/page/entry.tsx', worker: 'core/worker.ts' }
  project.provide('files', [...(await bundle(page))])
  project.provide('files18', [...(await bundle(page, [], { react: 'react-18', 'react-dom': 'react-dom-18' }))])
}

export async function teardown(): Promise<void> {
  await server?.close()
}
