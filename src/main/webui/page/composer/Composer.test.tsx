// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Composer } from './Composer.tsx'

const submit = vi.fn()
const prompt = () => screen.getByLabelText<HTMLTextAreaElement>('Prompt')

beforeEach(() => {
  submit.mockClear()
  sessionStorage.clear()
  render(<Composer user="ada" submit={submit} />)
})
afterEach(cleanup)

test('asks for what was chosen', async () => {
  const user = userEvent.setup()
  await user.type(prompt(), '  a lake ')
  await user.click(screen.getByRole('radio', { name: 'Landscape' }))
  await user.click(screen.getByRole('radio', { name: 'Glass' }))
  await user.click(screen.getByRole('radio', { name: '3' }))
  await user.click(screen.getByRole('button', { name: 'Generate' }))
  expect(submit).toHaveBeenCalledExactlyOnceWith({
    prompt: 'a lake',
    width: 1248,
    height: 832,
    count: 3,
    style: 'glass',
  })
})

test('leaves the style out where none was chosen', async () => {
  await userEvent.type(prompt(), 'a lake{Enter}')
  expect(submit).toHaveBeenCalledExactlyOnceWith({ prompt: 'a lake', width: 1024, height: 1024, count: 1 })
})

test('sends by Enter, and by Enter with Ctrl or Cmd', async () => {
  await userEvent.type(prompt(), 'a lake{Enter}')
  await userEvent.type(prompt(), '{Control>}{Enter}{/Control}{Meta>}{Enter}{/Meta}')
  expect(submit).toHaveBeenCalledTimes(3)
  expect(prompt().value).toBe('a lake')
})

test('makes a new line by Shift and Enter', async () => {
  await userEvent.type(prompt(), 'a lake{Shift>}{Enter}{/Shift}at dawn')
  expect(submit).not.toHaveBeenCalled()
  expect(prompt().value).toBe('a lake\nat dawn')
})

test('leaves the Enter that ends a composition to the composition', () => {
  fireEvent.change(prompt(), { target: { value: '湖' } })
  fireEvent.keyDown(prompt(), { key: 'Enter', isComposing: true })
  expect(submit).not.toHaveBeenCalled()
})

test('says in words that the prompt is missing, goes there, and takes it back once there is one', async () => {
  await userEvent.click(screen.getByRole('button', { name: 'Generate' }))
  expect(submit).not.toHaveBeenCalled()
  expect(screen.getByRole('alert').textContent).toBe('Describe the image first.')
  expect(document.activeElement).toBe(prompt())
  expect(prompt().getAttribute('aria-invalid')).toBe('true')
  await userEvent.type(prompt(), 'a')
  expect(screen.queryByRole('alert')).toBeNull()
})

test('says in words which side is out of bounds, and goes there', async () => {
  await userEvent.type(prompt(), 'a lake')
  await userEvent.click(screen.getByRole('radio', { name: 'Custom' }))
  const width = screen.getByRole('spinbutton', { name: 'Width' })
  await userEvent.clear(width)
  await userEvent.type(width, '5000')
  await userEvent.click(screen.getByRole('button', { name: 'Generate' }))
  expect(submit).not.toHaveBeenCalled()
  expect(screen.getByRole('alert').textContent).toBe('Width must be a whole number from 64 to 2048.')
  expect(document.activeElement).toBe(width)
})

test('keeps what is on the bench over a reload', async () => {
  await userEvent.type(prompt(), 'half a sentence')
  cleanup()
  render(<Composer user="ada" submit={submit} />)
  expect(prompt().value).toBe('half a sentence')
})

test('asks once for a key that is held down, and once for a double click', async () => {
  await userEvent.type(prompt(), 'a lake')
  fireEvent.keyDown(prompt(), { key: 'Enter' })
  for (let repeat = 0; repeat < 5; repeat++) fireEvent.keyDown(prompt(), { key: 'Enter', repeat: true })
  expect(submit).toHaveBeenCalledTimes(1)
  await userEvent.dblClick(screen.getByRole('button', { name: 'Generate' }))
  expect(submit).toHaveBeenCalledTimes(2)
})

test('keeps one person\u2019s bench from another', async () => {
  await userEvent.type(prompt(), 'a secret')
  cleanup()
  render(<Composer user="grace" submit={submit} />)
  expect(prompt().value).toBe('')
})
