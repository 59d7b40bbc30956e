import { expect, test } from 'vitest'
import { problemsOf } from './validation.ts'

const good = { prompt: 'a lake', width: 1024, height: 1024, count: 1 }

test('takes what the gateway takes', () => {
  expect(problemsOf(good)).toEqual({})
  expect(problemsOf({ ...good, width: 64, height: 2048 })).toEqual({})
  expect(problemsOf({ ...good, prompt: 'x'.repeat(2000) })).toEqual({})
})

test('asks for a prompt', () => {
  expect(problemsOf({ ...good, prompt: ' \n ' }).prompt).toMatch('Describe the image')
})

test('says by how much a prompt is too long', () => {
  expect(problemsOf({ ...good, prompt: 'x'.repeat(2003) }).prompt).toBe('The prompt is 3 characters too long.')
})

test('says what a side may be', () => {
  expect(problemsOf({ ...good, width: 63 })).toEqual({ width: 'Width must be a whole number from 64 to 2048.' })
  expect(problemsOf({ ...good, height: Number.NaN })).toHaveProperty('height')
  expect(problemsOf({ ...good, height: 100.5 })).toHaveProperty('height')
})
