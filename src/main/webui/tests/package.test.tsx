import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderToString } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useImageGeneration, useServerSentEvents } from '../hooks/index.ts'
import { bundle, gzipped } from '../tools/bundle.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

describe('on a server', () => {
  test('the hooks render what there is before anything has happened, and touch nothing', () => {
    const Studio = () => {
      const { state, isConnected, reconnectCount } = useServerSentEvents({ base: 'https://a.example' })
      const { timeline, images, isGenerating } = useImageGeneration()
      return <p>{JSON.stringify([state, isConnected, reconnectCount, timeline, images, isGenerating])}</p>
    }
    expect(renderToString(<Studio />)).toBe('<p>[&quot;idle&quot;,false,0,[],[],false]</p>')
  })
})

describe('the package', () => {
  const project = mkdtempSync(join(tmpdir(), 'image-gen-hooks-'))
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, {
      cwd: project,
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, NODE_ENV: '' },
    })

  beforeAll(() => {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', project], { cwd: root, stdio: 'pipe' })
    const tarball = readdirSync(project).find(file => file.endsWith('.tgz'))
    writeFileSync(join(project, 'package.json'), '{"name":"empty","private":true,"type":"module"}')
    run(
      'npm',
      'install',
      '--offline',
      '--legacy-peer-deps',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      `./${tarball}`,
    )
    // What an application brings itself.
    for (const name of ['react', 'react-dom', 'scheduler', 'csstype', '@types/react', '@types/react-dom']) {
      mkdirSync(join(project, 'node_modules', name, '..'), { recursive: true })
      cpSync(join(root, 'node_modules', name), join(project, 'node_modules', name), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(project, 'tools'))
  }, 60_000)

  afterAll(() => rmSync(project, { recursive: true, force: true }))

  test('type-checks in an empty project, with the interface of the plan', () => {
    writeFileSync(
      join(project, 'app.tsx'),
      `import { useServerSentEvents, useImageGeneration } from 'image-gen-hooks'
import type { SSEHandlers, SSEMessage, TimelineEntry, GalleryImage, UseServerSentEventsReturn } from 'image-gen-hooks/types'
import { Client, generationOf } from 'image-gen-hooks/core'

export const App = () => {
  const events: UseServerSentEventsReturn = useServerSentEvents()
  const handlers: SSEHandlers = { onSuccess: (data: SSEMessage) => data.payload?.images?.[0]?.file_size.toFixed() }
  const stop: () => void = events.subscribe('id', handlers)
  const { timeline, images, submit } = useImageGeneration({ base: '/studio' })
  const first: TimelineEntry | undefined = timeline[0]
  const image: GalleryImage | undefined = images[0]
  // @ts-expect-error a prompt must be there
  const wrong = () => submit({ width: 64 })
  return <button onClick={() => { stop(); wrong(); submit({ prompt: 'a cat' }); events.disconnect() }}>{first?.error ?? image?.url}</button>
}
export const plain = () => generationOf(new Client({ user: 'alice' })).submit({ prompt: 'a cat' })
`,
    )
    writeFileSync(
      join(project, 'tsconfig.json'),
      '{"compilerOptions":{"strict":true,"noEmit":true,"module":"nodenext","target":"es2022","jsx":"react-jsx","lib":["es2023","dom"],"types":[]},"include":["app.tsx"]}',
    )
    expect(run(process.execPath, 'tools/typescript/bin/tsc', '--noEmit')).toBe('')
  })

  test('renders a component on a server without a DOM', () => {
    writeFileSync(
      join(project, 'server.js'),
      `import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { useImageGeneration } from 'image-gen-hooks'
import 'image-gen-hooks/core'
console.log(renderToString(createElement(() => useImageGeneration().connection.state)))
`,
    )
    expect(run(process.execPath, 'server.js')).toBe('idle\n')
  })

  test('carries nothing but itself: code, types, its own description', () => {
    const files = readdirSync(join(project, 'node_modules/image-gen-hooks'))
    expect(files.sort()).toEqual(['README.md', 'dist', 'package.json'])
  })
})

describe('the size', () => {
  const loaded = async (file: string) =>
    // The connection itself is in the worker, one for all tabs; only browsers without one fetch it into the page.
    gzipped((await bundle({ page: file }, ['react', 'tabs.ts'])).get('page.js'))

  test('of what a page with the main hook loads, keeps its budget', async () => {
    expect(await loaded('hooks/useServerSentEvents.ts')).toBeLessThan(6_000)
  })

  test('of each entry is known', async () => {
    const sizes = {
      useServerSentEvents: await loaded('hooks/useServerSentEvents.ts'),
      useImageGeneration: await loaded('hooks/useImageGeneration.ts'),
      'all hooks': await loaded('hooks/index.ts'),
      core: await loaded('core/index.ts'),
      worker: gzipped((await bundle({ worker: 'core/worker.ts' })).get('worker.js')),
    }
    console.log('gzipped bytes:', sizes)
    expect(sizes.useImageGeneration).toBeLessThan(8_500)
    expect(sizes.worker).toBeLessThan(7_000)
  })

  test('shrinks when only a part is used', async () => {
    const files = await bundle({ page: 'core/api.ts' })
    expect([...files.values()].reduce((sum, text) => sum + gzipped(text), 0)).toBeLessThan(2_000)
  })
})
