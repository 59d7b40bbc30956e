import { expect, test } from 'vitest'
import { announcements } from './announcements.ts'
import { entryOf } from './testing.ts'

const OPENED = 1000
const running = entryOf({ status: 'progress', progress: 10, createdAt: OPENED + 1 })

test('says what was started', () => {
  expect(announcements([], [running], OPENED)).toEqual(['Generating 1 image: a lake'])
})

test('is silent about the history that it finds', () => {
  const old = entryOf({ status: 'progress', createdAt: OPENED - 1 })
  expect(announcements([], [old, entryOf({ status: 'done' })], OPENED)).toEqual([])
})

test('says that half is done, once, and no other percent', () => {
  const at = (progress: number) => [{ ...running, progress }]
  expect(announcements(at(10), at(49), OPENED)).toEqual([])
  expect(announcements(at(49), at(51), OPENED)).toEqual(['Half done: a lake'])
  expect(announcements(at(51), at(90), OPENED)).toEqual([])
})

test('says how it ended', () => {
  expect(announcements([running], [{ ...running, status: 'done' }], OPENED)).toEqual(['The image is ready: a lake'])
  expect(announcements([running], [{ ...running, status: 'error', error: 'No ink.' }], OPENED)).toEqual([
    'Failed: a lake. No ink.',
  ])
  expect(announcements([running], [{ ...running, status: 'cancelled' }], OPENED)).toEqual(['Cancelled: a lake'])
  expect(announcements([running], [], OPENED)).toEqual([])
})

test('says that it is tried again', () => {
  const failed = { ...running, status: 'error' as const }
  expect(announcements([failed], [{ ...running, status: 'pending' }], OPENED)).toEqual(['Generating 1 image: a lake'])
})
