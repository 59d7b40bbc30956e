import { expect, test } from 'vitest'
import { bytes, clock, short, took } from './words.ts'

test('tells the time as people do', () => {
  expect([0, 7_400, 61_000, 3_723_000].map(clock)).toEqual(['0:00', '0:07', '1:01', '1:02:03'])
  expect([840, 4_210, 80_000].map(took)).toEqual(['840 ms', '4.2 s', '1:20'])
})

test('tells sizes as people do', () => {
  expect([900, 18_240, 1_824_075].map(bytes)).toEqual(['900 B', '18 kB', '1.8 MB'])
})

test('shortens without leaving a space before the dots', () => {
  expect(short('a lake in the hills', 7)).toBe('a lake…')
  expect(short('a lake')).toBe('a lake')
})
