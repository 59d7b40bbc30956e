import type { GalleryImage, TimelineEntry } from '../../hooks/index.ts'

/** For tests: an entry as the hook makes it. */
export const entryOf = (some: Partial<TimelineEntry> & { count?: number; urls?: string[] } = {}): TimelineEntry => {
  const { count = 1, urls = [], ...rest } = some
  const id = rest.id ?? 'one'
  const params = { prompt: 'a lake', width: 1200, height: 800, count, ...rest.params }
  return {
    id,
    prompt: params.prompt,
    status: 'pending',
    progress: 0,
    tries: 0,
    createdAt: 0,
    images: Array.from(
      { length: count },
      (_, index): GalleryImage => ({
        id: `${id}/${index}`,
        entryId: id,
        index,
        width: params.width,
        height: params.height,
        prompt: params.prompt,
        createdAt: 0,
        url: urls[index],
        fileName: urls[index] && `${id}-${index}.png`,
      }),
    ),
    ...rest,
    params,
  }
}
