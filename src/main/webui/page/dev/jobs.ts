import { randomUUID } from 'node:crypto'
import type { GenerationParams, SSEImage, SSEMessage } from '../../types/index.ts'

export interface Job {
  id: string
  user: string
  params: GenerationParams
  message: SSEMessage
  /** When it changed last, among all jobs. */
  sequence: number
  timer?: NodeJS.Timeout
}

export type Reader = (job: Job) => void

/** Jobs that make progress by themselves, and the readers who are told. */
export class Jobs {
  readonly #jobs = new Map<string, Job>()
  readonly #keys = new Map<string, Job>()
  readonly #readers = new Map<Reader, string>()
  readonly #quick: boolean
  #sequence = 0

  /** @param quick images in half a second, for tests */
  constructor(quick: boolean) {
    this.#quick = quick
  }

  get sequence(): number {
    return this.#sequence
  }

  submit(user: string, params: GenerationParams, key: string): Job {
    const known = this.#keys.get(key)
    if (known) return known
    const id = randomUUID()
    const message: SSEMessage = { request_id: id, status: 'PROGRESS', payload: { progress: 0 } }
    const job: Job = { id, user, params, message, sequence: ++this.#sequence }
    this.#jobs.set(id, job)
    this.#keys.set(key, job)
    if (!params.prompt.includes('stuck')) this.#advance(job, 0)
    return job
  }

  find(id: string, user: string): Job | undefined {
    const job = this.#jobs.get(id)
    return job?.user === user ? job : undefined
  }

  cancel(job: Job): void {
    clearTimeout(job.timer)
    this.#jobs.delete(job.id)
  }

  /** What has changed after a place in the sequence. */
  since(user: string, sequence: number): Job[] {
    return [...this.#jobs.values()]
      .filter(job => job.user === user && job.sequence > sequence)
      .sort((one, other) => one.sequence - other.sequence)
  }

  /** Tells what is new, from now on, until the result is called. */
  read(user: string, reader: Reader): () => void {
    this.#readers.set(reader, user)
    return () => this.#readers.delete(reader)
  }

  stop(): void {
    for (const job of this.#jobs.values()) clearTimeout(job.timer)
  }

  #advance(job: Job, progress: number): void {
    const step = job.params.prompt.includes('slow') ? 0.4 : this.#quick ? 16 : 7
    job.timer = setTimeout(
      () => {
        if (progress === 0 && job.params.prompt.includes('queue'))
          this.#publish(job, { status: 'PROGRESS', message: 'Queued, 2 ahead', payload: { progress: 0 } })
        const next = progress + step * (0.4 + Math.random())
        if (next > 55 && job.params.prompt.includes('fail')) {
          this.#publish(job, { status: 'ERROR', message: 'Invalid status code: 422' })
        } else if (next >= 100) {
          this.#publish(job, { status: 'OK', payload: { images: imagesOf(job) } })
        } else {
          this.#publish(job, {
            status: 'PROGRESS',
            message: 'Drawing waves',
            payload: { progress: Math.round(next), images: next > 30 ? [previewOf(job)] : undefined },
          })
          this.#advance(job, next)
        }
      },
      this.#quick ? 60 : 240,
    )
  }

  #publish(job: Job, message: Omit<SSEMessage, 'request_id'>): void {
    job.message = { request_id: job.id, ...message }
    job.sequence = ++this.#sequence
    for (const [reader, user] of this.#readers) if (user === job.user) reader(job)
  }
}

/** Of the smaller side, in pixels. */
const SMALL = 384

const pictureOf = (name: string, { params: { width, height } }: Job, scale = 1): string =>
  `/v1/image-gen/images/${name}.png?w=${Math.round(width * scale)}&h=${Math.round(height * scale)}`

const imagesOf = (job: Job): SSEImage[] =>
  Array.from({ length: job.params.count ?? 1 }, (_, index) => ({
    url: pictureOf(`${job.id}-${index}`, job),
    thumbnail: pictureOf(
      `${job.id}-${index}`,
      job,
      SMALL / Math.max(SMALL, Math.min(job.params.width, job.params.height)),
    ),
    seed: (job.params.seed ?? job.sequence) + index,
    content_type: 'image/png',
    file_name: `${job.id}-${index}.png`,
    file_size: 1_824_075,
    width: job.params.width,
    height: job.params.height,
  }))

const previewOf = (job: Job): SSEImage => ({
  url: pictureOf(`${job.id}-0`, job, 0.1),
  content_type: 'image/png',
  file_name: 'preview.png',
  file_size: 1,
  width: 1,
  height: 1,
  preview: true,
})
