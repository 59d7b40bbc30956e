import type { SSEPayload } from './sse.ts'

/** What a person asked for. */
export interface GenerationParams {
  prompt: string
  width: number
  height: number
  count: number
  style?: string
  /** Which of the many images of these words; chance decides where there is none. */
  seed?: number
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
  /** A smaller one, where the backend has it. */
  thumbnail?: string
  /** What there was of it before `url` was there. */
  preview?: string
  seed?: number
  contentType?: string
  fileName?: string
  fileSize?: number
  prompt: string
  createdAt: number
}

export type TimelineStatus = 'pending' | 'progress' | 'done' | 'error' | 'cancelled'

/**
 * One thing that was asked for and what became of it. Times are epoch milliseconds.
 *
 * @typeParam Params what is asked for beside the members of `GenerationParams`
 * @typeParam Payload what the backend tells beside images and progress
 */
export interface TimelineEntry<Params = unknown, Payload = unknown> {
  /** Made here before the POST; its idempotency key is made of it. */
  id: string
  /** The gateway's name for it, once it has answered. */
  requestId?: string
  prompt: string
  params: GenerationParams & Params
  status: TimelineStatus
  /** 0 to 100, never goes back. */
  progress: number
  /** `params.count` of them from the start, placeholders included. */
  images: GalleryImage[]
  /** What the backend says it is doing, while it does. */
  message?: string
  /** In words, when `status` is `error`. */
  error?: string
  /** The `error` is only what the gateway thinks; if a result comes after all, it is shown. */
  provisional?: boolean
  /** What the last update said, where it said more than images and progress. */
  payload?: SSEPayload & Payload
  /** How often it was asked for again with `retry`. */
  tries: number
  /** How often it was changed: of two copies the one with more is newer. */
  revision?: number
  createdAt: number
  finishedAt?: number
}
