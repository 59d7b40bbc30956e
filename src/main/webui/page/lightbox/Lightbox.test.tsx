// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { entryOf } from '../gallery/testing.ts'
import { Lightbox } from './Lightbox.tsx'

const entry = entryOf({
  status: 'done',
  count: 3,
  urls: ['/a.png', '/b.png', '/c.png'],
  params: { prompt: 'a lake', width: 8, height: 8, count: 3, style: 'glass' },
})
const close = vi.fn()
const remove = vi.fn()

const Opened = () => {
  const [id, show] = useState('one/1')
  return <Lightbox images={entry.images} id={id} entryOf={() => entry} show={show} close={close} remove={remove} />
}

const shown = () => screen.getByRole('img').getAttribute('src')

beforeAll(() => {
  // What jsdom has not: the top layer.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true
  }
  HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
    this.open = false
    this.dispatchEvent(new Event('close'))
  }
})
beforeEach(() => {
  vi.clearAllMocks()
  render(<Opened />)
})
afterEach(cleanup)

test('shows the image that was chosen, and what is known of it', () => {
  expect(screen.getByRole('dialog', { name: 'a lake' })).toBeTruthy()
  expect(shown()).toBe('/b.png')
  expect(screen.getByText('2 of 3')).toBeTruthy()
  expect(screen.getByText('Glass')).toBeTruthy()
})

test('turns by arrow keys, and not past the ends', () => {
  const dialog = screen.getByRole('dialog')
  fireEvent.keyDown(dialog, { key: 'ArrowRight' })
  expect(shown()).toBe('/c.png')
  fireEvent.keyDown(dialog, { key: 'ArrowRight' })
  expect(shown()).toBe('/c.png')
  fireEvent.keyDown(dialog, { key: 'Home' })
  expect(shown()).toBe('/a.png')
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Previous image' }).disabled).toBe(true)
})

test('turns by a swipe', () => {
  const image = screen.getByRole('img')
  fireEvent.pointerDown(image, { pointerId: 1, pointerType: 'touch', clientX: 300 })
  fireEvent.pointerUp(image, { pointerId: 1, pointerType: 'touch', clientX: 200 })
  expect(shown()).toBe('/c.png')
})

test('offers the file under its name', () => {
  const link = screen.getByRole('link', { name: 'Download' })
  expect(link.getAttribute('href')).toBe('/b.png')
  expect(link.getAttribute('download')).toBe('one-1.png')
})

test('goes on to a neighbour after removing', async () => {
  await userEvent.click(screen.getByRole('button', { name: 'Remove image' }))
  expect(remove).toHaveBeenCalledExactlyOnceWith('one/1')
  expect(shown()).toBe('/c.png')
})

test('closes', async () => {
  await userEvent.click(screen.getByRole('button', { name: 'Close' }))
  expect(close).toHaveBeenCalledOnce()
})
