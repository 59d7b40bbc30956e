// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SignIn } from './SignIn.tsx'
import { IdentityMissing } from './useSession.ts'

const signIn = vi.fn<(name: string) => Promise<void>>()
const signInWithToken = vi.fn<(token: string) => Promise<void>>()

beforeEach(() => {
  localStorage.clear()
  signIn.mockReset().mockResolvedValue()
  signInWithToken.mockReset().mockResolvedValue()
  render(<SignIn signIn={signIn} signInWithToken={signInWithToken} />)
})
afterEach(cleanup)

const press = () => userEvent.click(screen.getByRole('button', { name: 'Sign in' }))

test('signs in with a name, and remembers it', async () => {
  await userEvent.type(screen.getByLabelText('Name'), ' ada {Enter}')
  expect(signIn).toHaveBeenCalledExactlyOnceWith('ada')
  cleanup()
  render(<SignIn signIn={signIn} signInWithToken={signInWithToken} />)
  expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('ada')
})

test('asks for a name where there is none', async () => {
  await press()
  expect(signIn).not.toHaveBeenCalled()
  expect(screen.getByText('Please enter a name; any will do.')).toBeTruthy()
})

test('says what went wrong', async () => {
  signIn.mockRejectedValue(new Error('The server cannot be reached.'))
  await userEvent.type(screen.getByLabelText('Name'), 'ada{Enter}')
  expect(await screen.findByText('The server cannot be reached.')).toBeTruthy()
})

test('says that the identity is not there, and takes a token in its place', async () => {
  signIn.mockRejectedValue(new IdentityMissing())
  await userEvent.type(screen.getByLabelText('Name'), 'ada{Enter}')
  expect(await screen.findByText(/no identity of its own/)).toBeTruthy()
  await userEvent.type(screen.getByLabelText('Access token'), 'e.y.j{Enter}')
  expect(signInWithToken).toHaveBeenCalledExactlyOnceWith('e.y.j')
})
