/** What a person asked for. */
export interface GenerationParams {
  prompt: string
  width: number
  height: number
  count: number
  style?: string
}

/** One picture of the gallery: a placeholder of the right size until `url` is there. */
export interface GalleryImage {
  /** Stable from placeholder to picture. */
  id: string
  entryId: string
  /** Place among the images of its entry, from 0. */
  index: number
  width: number
  height: number
  url?: string
  contentType?: string
  fileName?: string
  fileSize?: number
  prompt: string
  createdAt: number
}

export type TimelineStatus = 'pending' | 'progress' | 'done' | 'error' | 'cancelled'

/** One thing that was asked for and what became of it. Times are epoch milliseconds. */
export interface TimelineEntry {
  /** Made here before the POST; its idempotency key is made of it. */
  id: string
  /** The gateway's name for it, once it has answered. */
  requestId?: string
  prompt: string
  params: GenerationParams
  status: TimelineStatus
  /** 0 to 100, never goes back. */
  progress: number
  /** `params.count` of them from the start, placeholders included. */
  images: GalleryImage[]
  /** In words, when `status` is `error`. */
  error?: string
  /** How often it was asked for again with `retry`. */
  tries: number
  createdAt: number
  finishedAt?: number
}
