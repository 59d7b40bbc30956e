import type { GalleryImage, GenerationParams, SSEMessage, TimelineEntry } from '../types/index.ts'

/** Still running, or not yet asked for. */
export const running = ({ status }: TimelineEntry): boolean => status === 'pending' || status === 'progress'

/** Something may still be heard of it. */
export const unsettled = (entry: TimelineEntry): boolean => running(entry) || !!entry.provisional

/** Nothing of the request follows it. */
export const terminal = (message?: SSEMessage): boolean =>
  !!message && message.status !== 'PROGRESS' && !(message.status === 'ERROR' && message.provisional)

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

const FAILED = 'The image could not be made.'

/**
 * What an update makes of an entry. An entry that has ended stays as it is, unless its end was only a guess; progress
 * never goes back and an image once there stays; so it does not matter if updates come late, twice or over two transports.
 */
export const applied = (entry: TimelineEntry, update: SSEMessage, now: number): TimelineEntry => {
  if (!unsettled(entry)) return entry
  const { status, payload } = update
  if (status === 'ERROR') {
    const { message, provisional } = update
    return { ...entry, status: 'error', error: message || FAILED, provisional, finishedAt: now }
  }
  // What was only thought of it, or said of a step that is over, is no longer so.
  const { error, finishedAt, provisional, message, ...rest } = entry
  const known = Object.keys(payload ?? {}).every(name => name === 'images' || name === 'progress')
  const going: TimelineEntry = known ? rest : { ...rest, payload }
  const arrived = payload?.images ?? []
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
    const progress = Math.max(entry.progress, Math.min(100, payload?.progress || 0))
    return { ...going, status: 'progress', progress, images, message: update.message }
  }
  return count
    ? { ...going, status: 'done', progress: 100, images, finishedAt: now }
    : { ...going, status: 'error', error: update.message || FAILED, finishedAt: now }
}

const STATUSES = ['pending', 'progress', 'error', 'cancelled', 'done']

/** What makes a copy of an entry the newer one, the weightiest first; the same in every tab, so that all agree. */
const age = ({ tries, revision = 0, status, progress }: TimelineEntry): number =>
  ((tries * 1e6 + revision) * 8 + STATUSES.indexOf(status)) * 128 + progress

/** Of two tabs' copies of the same entry the newer one; the name that the gateway gave it is never lost. */
export const further = (one: TimelineEntry, other: TimelineEntry): TimelineEntry => {
  const [newer, older] = age(one) < age(other) ? [other, one] : [one, other]
  return newer.requestId || newer.tries !== older.tries || !older.requestId
    ? newer
    : { ...newer, requestId: older.requestId }
}
