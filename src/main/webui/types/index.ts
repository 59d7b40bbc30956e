export type * from './connection.ts'
export type * from './generation.ts'
export type * from './sse.ts'
export type { GalleryImage, GenerationParams, TimelineEntry, TimelineStatus } from './timeline.ts'
