// @vitest-environment jsdom
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { get } from 'svelte/store'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { effectScope } from 'vue'
import { generationOf } from '../core/generation.ts'
import { createClient } from '../core/index.ts'
import { draw } from '../examples/plain.ts'
import { App } from '../examples/react.tsx'
import { imageGeneration } from '../examples/svelte.ts'
import { useImageGeneration } from '../examples/vue.ts'
import { type MockGateway, startMockGateway } from '../testing/index.ts'

const PATIENT = { timeout: 20_000 }

let gateway: MockGateway

beforeEach(async () => {
  localStorage.clear()
  gateway = await startMockGateway()
})

afterEach(async () => {
  cleanup()
  await waitFor(() => expect(gateway.streams).toBe(0), PATIENT)
  await gateway.stop()
})

test('React: signs in, asks, shows progress, the picture, a failure, and tries again', async () => {
  const person = userEvent.setup()
  render(<App base={gateway.url} />)
  await person.type(screen.getByLabelText('Token'), 'a token')
  await person.click(screen.getByRole('button', { name: 'Sign in' }))
  await waitFor(() => expect(screen.getByRole('status').textContent).toBe('Live'), PATIENT)
  await person.type(screen.getByLabelText('Prompt'), 'a lake')
  await person.click(screen.getByRole('button', { name: 'Generate' }))
  await waitFor(() => expect(gateway.submitted).toHaveLength(1), PATIENT)
  expect(gateway.submitted[0]?.params).toMatchObject({ prompt: 'a lake' })
  gateway.progress('job-1', 40)
  await waitFor(() => expect(screen.getByRole('progressbar').getAttribute('value')).toBe('40'), PATIENT)
  gateway.failure('job-1', 'The brush broke.')
  await screen.findByText('The brush broke.', undefined, PATIENT)
  await person.click(screen.getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(gateway.submitted).toHaveLength(2), PATIENT)
  gateway.success('job-2')
  const picture = await screen.findByRole<HTMLImageElement>('img', { name: 'a lake' }, PATIENT)
  // Relative to the gateway, which is another origin here.
  expect(picture.src).toBe(`${gateway.url}/images/job-2.png`)
  await person.click(screen.getByRole('button', { name: /^Sign out/ }))
  await screen.findByLabelText('Token')
})

test('Vue: a composable', async () => {
  const scope = effectScope()
  const generation = scope.run(() => useImageGeneration(createClient({ base: gateway.url })))
  generation?.submit({ prompt: 'a lake' })
  await waitFor(() => expect(gateway.submitted).toHaveLength(1), PATIENT)
  gateway.success('job-1')
  await waitFor(() => expect(generation?.view.value.timeline[0]?.status).toBe('done'), PATIENT)
  scope.stop()
})

test('Svelte: a store', async () => {
  const client = createClient({ base: gateway.url })
  const store = imageGeneration(client)
  const stop = store.subscribe(() => {})
  generationOf(client).submit({ prompt: 'a lake' })
  await waitFor(() => expect(gateway.submitted).toHaveLength(1), PATIENT)
  gateway.success('job-1')
  await waitFor(() => expect(get(store).timeline[0]?.status).toBe('done'), PATIENT)
  stop()
})

test('plain script: one call', async () => {
  const into = document.createElement('div')
  const drawn = draw('a lake', into, gateway.url)
  await waitFor(() => expect(gateway.submitted).toHaveLength(1), PATIENT)
  gateway.success('job-1')
  await drawn
  expect(into.querySelector('img')?.src).toBe(`${gateway.url}/images/job-1.png`)
})

describe('with a token in a header', () => {
  test('every request carries it, the event stream included', async () => {
    const client = createClient({ base: gateway.url, auth: 'bearer', getToken: async () => 'secret' })
    const release = client.acquire()
    await waitFor(() => expect(client.view.connection.state).toBe('open'), PATIENT)
    await client.api.session()
    expect(gateway.asked.filter(it => it.authorization !== 'Bearer secret').map(it => it.path)).toEqual([])
    expect(gateway.asked.map(it => it.path)).toContain('/api/image-gen/events')
    release()
  })
})
