import type { TimelineEntry } from '../../hooks/index.ts'

export interface Wanted {
  words: string
  favourites: boolean
}

export const EVERYTHING: Wanted = { words: '', favourites: false }

const textOf = ({ prompt, params, images }: TimelineEntry): string =>
  [prompt, params.style ?? 'auto', `${params.width}×${params.height}`, ...images.map(({ seed = '' }) => seed)]
    .join(' ')
    .toLocaleLowerCase()

/** What has all of the words somewhere in its prompt, style, size or seeds, in any order. */
export const found = (
  timeline: TimelineEntry[],
  { words, favourites }: Wanted,
  starred: ReadonlySet<string>,
): TimelineEntry[] => {
  const all = words.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return timeline.filter(
    entry =>
      (!favourites || entry.images.some(({ id }) => starred.has(id))) &&
      all.every(word => textOf(entry).includes(word)),
  )
}
