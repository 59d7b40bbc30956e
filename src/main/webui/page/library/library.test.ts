import { expect, test } from 'vitest'
import { entryOf } from '../gallery/testing.ts'
import { dayOf, groupsOf } from './groups.ts'
import { EVERYTHING, found } from './search.ts'
import { without } from './useRemoval.ts'
import { namesOf } from './zip.ts'

const at = (day: number, hour = 12) => new Date(2026, 10, day, hour).getTime()
const none = new Set<string>()

test('names a day as people do', () => {
  const now = at(25, 1)
  expect(dayOf(at(25, 0), now)).toBe('Today')
  // Two hours ago, and still another day.
  expect(dayOf(at(24, 23), now)).toBe('Yesterday')
  expect(dayOf(at(20), now)).toBe(new Date(at(20)).toLocaleDateString([], { weekday: 'long' }))
  expect(dayOf(new Date(2025, 0, 3).getTime(), now)).toContain('2025')
})

test('groups by day, in the order in which entries come', () => {
  const timeline = [at(25), at(25), at(24), at(1)].map((createdAt, index) => entryOf({ id: `${index}`, createdAt }))
  expect(groupsOf(timeline, at(25)).map(({ entries }) => entries.map(({ id }) => id))).toEqual([
    ['0', '1'],
    ['2'],
    ['3'],
  ])
})

test('finds what has all of the words, in any order, in prompt, style, size or seed', () => {
  const lake = entryOf({
    id: 'lake',
    params: { prompt: 'A lake at Dawn', width: 640, height: 480, count: 1, style: 'glass' },
  })
  const fox = entryOf({ id: 'fox', params: { prompt: 'a fox', width: 64, height: 64, count: 1 } })
  const ids = (words: string) => found([lake, fox], { ...EVERYTHING, words }, none).map(({ id }) => id)
  expect(ids('  dawn LAKE ')).toEqual(['lake'])
  expect(ids('glass 640')).toEqual(['lake'])
  expect(ids('auto')).toEqual(['fox'])
  expect(ids('dawn fox')).toEqual([])
  expect(ids('')).toEqual(['lake', 'fox'])
})

test('finds favourites by any of their images', () => {
  const two = entryOf({ id: 'two', count: 2 })
  const wanted = { words: '', favourites: true }
  expect(found([two, entryOf({ id: 'other' })], wanted, new Set(['two/1']))).toEqual([two])
})

test('hides entries, single images, and an entry with its last image', () => {
  const two = entryOf({ id: 'two', count: 2 })
  const one = entryOf({ id: 'one' })
  expect(without([two, one], ['one'])).toEqual([two])
  expect(without([two, one], ['two/0'])[0]?.images.map(({ id }) => id)).toEqual(['two/1'])
  expect(without([two, one], ['two/0', 'two/1'])).toEqual([one])
})

test('gives every file of an archive its own name', () => {
  const images = entryOf({ count: 3, urls: ['/a', '/b', '/c'] }).images.map(image => ({
    ...image,
    fileName: 'a-lake.png',
  }))
  expect(namesOf(images)).toEqual(['a-lake.png', 'a-lake (2).png', 'a-lake (3).png'])
})
