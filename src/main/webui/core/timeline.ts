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
export const applied = (entry: TimelineEntry, message: SSEMessage, now: number): TimelineEntry => {
  if (!running(entry)) return entry
  const { status, payload } = message
  if (status === 'ERROR') {
    return { ...entry, status: 'error', error: message.message || 'The image could not be made.', finishedAt: now }
  }
  const arrived = payload?.images ?? []
  // More than was asked for is shown too; of a finished request the placeholders that stayed empty go.
  const count = status === 'OK' ? arrived.length : Math.max(entry.images.length, arrived.length)
  const images = Array.from({ length: count }, (_, index) => {
    const image = entry.images[index] ?? placeholder(entry.id, entry.params, entry.createdAt, index)
    const it = arrived[index]
    return it?.url && it.url !== image.url
      ? {
          ...image,
          url: it.url,
          width: it.width || image.width,
          height: it.height || image.height,
          contentType: it.content_type,
          fileName: it.file_name,
          fileSize: it.file_size,
        }
      : image
  })
  if (status === 'OK') {
    return images.length
      ? { ...entry, status: 'done', progress: 100, images, finishedAt: now }
      : { ...entry, status: 'error', error: 'The server made no image.', finishedAt: now }
  }
  const progress = Math.min(100, Math.max(entry.progress, payload?.progress || 0))
  return { ...entry, status: 'progress', progress, images }
}

/** Two tabs' pictures of the same entry: the one that knows more, else the second one. */
export const further = (one: TimelineEntry, other: TimelineEntry): TimelineEntry => {
  const rank = (entry: TimelineEntry) => entry.tries * 4 + (running(entry) ? 0 : 2) + (entry.requestId ? 1 : 0)
  return rank(one) > rank(other) ? one : other
}
