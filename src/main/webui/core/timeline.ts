import type { GalleryImage, GenerationParams, SSEMessage, TimelineEntry } from '../types/index.ts'

/** Still running, or not yet asked for. */
export const running = ({ status }: TimelineEntry): boolean => status === 'pending' || status === 'progress'

/** A new entry with a placeholder of the right size for each image to come. */
export const newEntry = (id: string, params: GenerationParams, createdAt: number): TimelineEntry => ({
  id,
  params,
  prompt: params.prompt,
  status: 'pending',
  progress: 0,
  images: Array.from({ length: params.count }, (_, index) => placeholder(id, params, createdAt, index)),
  tries: 0,
  createdAt,
})

const placeholder = (
  entryId: string,
  { prompt, width, height }: GenerationParams,
  createdAt: number,
  index: number,
): GalleryImage => ({ id: `${entryId}/${index}`, entryId, index, width, height, prompt, createdAt })

/**
 * What an update makes of an entry. An entry that has ended stays as it is, progress never goes back and an image once
 * there stays; so it does not matter if updates come late, twice or over two transports.
 */
export const applied = (entry: TimelineEntry, update: SSEMessage, now: number): TimelineEntry => {
  if (!running(entry)) return entry
  const { status, payload, message } = update
  const arrived = (status !== 'ERROR' && payload?.images) || []
  // More than was asked for is shown too; of a finished request the placeholders that stayed empty go.
  const count = status === 'PROGRESS' ? Math.max(entry.images.length, arrived.length) : arrived.length
  const images = Array.from({ length: count }, (_, index) => {
    const image = entry.images[index] ?? placeholder(entry.id, entry.params, entry.createdAt, index)
    const it = arrived[index]
    if (it?.preview) return image.url ? image : { ...image, preview: it.url }
    return it?.url && it.url !== image.url
      ? {
          ...image,
          url: it.url,
          thumbnail: it.thumbnail,
          seed: it.seed,
          width: it.width || image.width,
          height: it.height || image.height,
          contentType: it.content_type,
          fileName: it.file_name,
          fileSize: it.file_size,
        }
      : image
  })
  if (status === 'PROGRESS') {
    return {
      ...entry,
      status: 'progress',
      progress: Math.max(entry.progress, Math.min(100, payload?.progress || 0)),
      images,
      message,
    }
  }
  const ended = { ...entry, finishedAt: now }
  return count
    ? { ...ended, status: 'done', progress: 100, images }
    : { ...ended, status: 'error', error: message || 'The image could not be made.' }
}

/** Two tabs' pictures of the same entry: the one that knows more, else the second one. */
export const further = (one: TimelineEntry, other: TimelineEntry): TimelineEntry => {
  const rank = (entry: TimelineEntry) => entry.tries * 4 + (running(entry) ? 0 : 2) + (entry.requestId ? 1 : 0)
  return rank(one) > rank(other) ? one : other
}
