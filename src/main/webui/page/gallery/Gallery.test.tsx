// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { TimelineEntry } from '../../hooks/index.ts'
import { Gallery } from './Gallery.tsx'
import { entryOf } from './testing.ts'

const actions = {
  cancel: vi.fn(),
  retry: vi.fn(),
  remove: vi.fn(),
  reuse: vi.fn(),
  vary: vi.fn(),
  again: vi.fn(),
  origin: vi.fn(),
  open: vi.fn(),
}
const tryExample = vi.fn()
const show = (...timeline: TimelineEntry[]) =>
  render(<Gallery timeline={timeline} actions={actions} tryExample={tryExample} />)

beforeEach(() => {
  vi.clearAllMocks()
})
afterEach(cleanup)

test('holds a place of the right shape for every image from the start', () => {
  show(entryOf({ count: 3 }))
  expect(screen.getByRole('listitem').dataset.status).toBe('pending')
  const frames = screen.getAllByRole('figure')
  expect(frames.map(frame => frame.style.getPropertyValue('--ratio'))).toEqual(['1.5', '1.5', '1.5'])
  expect(frames.map(frame => frame.dataset.status)).toEqual(['pending', 'pending', 'pending'])
})

test('keeps the shape of the place when an image of another size arrives', () => {
  const entry = entryOf({ status: 'done', urls: ['/a.png'] })
  show({ ...entry, images: entry.images.map(image => ({ ...image, width: 64, height: 64 })) })
  expect(screen.getByRole('figure').style.getPropertyValue('--ratio')).toBe('1.5')
})

test('shows the progress', () => {
  show(entryOf({ status: 'progress', progress: 36.6 }))
  const bar = screen.getByRole('progressbar', { name: 'Progress of a lake' })
  expect(bar.getAttribute('aria-valuenow')).toBe('37')
  expect(screen.getByText('37%')).toBeTruthy()
})

test('cancels what runs', async () => {
  show(entryOf({ status: 'progress' }))
  await userEvent.click(screen.getByRole('button', { name: 'Cancel: a lake' }))
  expect(actions.cancel).toHaveBeenCalledExactlyOnceWith('one')
})

test('says an error in words, and tries again or removes', async () => {
  show(entryOf({ status: 'error', error: 'Invalid status code: 422' }))
  const strip = within(screen.getByRole('listitem'))
  expect(strip.getByText('Invalid status code: 422')).toBeTruthy()
  expect(strip.queryByRole('progressbar')).toBeNull()
  await userEvent.click(strip.getByRole('button', { name: 'Try again: a lake' }))
  await userEvent.click(strip.getByRole('button', { name: 'Remove: a lake' }))
  expect(actions.retry).toHaveBeenCalledExactlyOnceWith('one')
  expect(actions.remove).toHaveBeenCalledExactlyOnceWith('one')
})

test('shows an image as soon as it is there, while others of the request are still made', () => {
  show(entryOf({ status: 'progress', count: 2, urls: ['/a.png'] }))
  expect(screen.getAllByRole('figure').map(frame => frame.dataset.status)).toEqual(['done', 'progress'])
  const image = screen.getByRole('img', { name: 'a lake, 1 of 2' })
  expect(image.getAttribute('src')).toBe('/a.png')
  fireEvent.load(image)
  expect(screen.getAllByRole('figure')[0]?.dataset.loaded).toBe('true')
})

test('says that an image is gone', () => {
  show(entryOf({ status: 'done', urls: ['/a.png'] }))
  fireEvent.error(screen.getByRole('img'))
  expect(screen.getByText('This image is no longer there.')).toBeTruthy()
})

test('opens an image', async () => {
  const entry = entryOf({ status: 'done', urls: ['/a.png'] })
  show(entry)
  await userEvent.click(screen.getByRole('button', { name: 'Open image: a lake' }))
  expect(actions.open).toHaveBeenCalledExactlyOnceWith(entry.images[0])
})

test('offers examples where nothing was asked for yet', async () => {
  show()
  const [first] = within(screen.getByRole('list', { name: 'Example prompts' })).getAllByRole('button')
  await userEvent.click(first as HTMLElement)
  expect(tryExample).toHaveBeenCalledOnce()
})

test('counts what is there and what is on its way', () => {
  show(entryOf({ id: 'two', status: 'progress' }), entryOf({ status: 'done', count: 2, urls: ['/a.png', '/b.png'] }))
  expect(screen.getByText('2 images, 1 in progress')).toBeTruthy()
})
