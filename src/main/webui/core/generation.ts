import type {
  GalleryImage,
  GenerateOptions,
  HistoryStorage,
  SSEMessage,
  SubmitOptions,
  Submitted,
  TimelineEntry,
} from '../types/index.ts'
import type { Client } from './client.ts'
import { Failure } from './failure.ts'
import { History } from './history.ts'
import { newId } from './ids.ts'
import { localHistory } from './storage.ts'
import { once, Store } from './store.ts'
import { Submission } from './submission.ts'
import { applied, newEntry, running, unsettled } from './timeline.ts'
import { Timer } from './timing.ts'

export interface GenerationView {
  timeline: TimelineEntry[]
  images: GalleryImage[]
  isGenerating: boolean
}

export const NO_GENERATION: GenerationView = { timeline: [], images: [], isGenerating: false }

/** The shape of what is stored; another shape gets another number and starts anew. */
const VERSION = 2
const REDRAW = 40

/** What a person has asked for: submits, follows over the client, remembers across reloads and tabs. Needs no framework. */
export class Generation extends Store<GenerationView> {
  readonly #client: Client
  readonly #history: History
  readonly #submission: Submission
  readonly #redraw = new Timer()
  /** By entry: which request is followed, and how to stop. */
  readonly #following = new Map<string, { requestId: string; stop: () => void }>()
  readonly #refusals = new Map<string, Failure>()
  #users = 0
  #unlisten = () => {}

  constructor(client: Client, limit = 100, storage: HistoryStorage = localHistory) {
    super(NO_GENERATION)
    this.#client = client
    this.#history = new History(storage, limit, () => this.#catchUp())
    this.#submission = new Submission(client)
    client.onForget(() => void this.clear())
  }

  /** Reads the history and goes on with what was running; the result lets go again. */
  readonly open = (): (() => void) => {
    const release = this.#client.acquire()
    if (!this.#users++) {
      // Not before it is known whose it is can anything be kept: that may come when the component has gone again.
      this.#unlisten()
      this.#unlisten = this.#client.onUser(user => void this.#resume(user))
    }
    return once(() => {
      release()
      if (--this.#users) return
      this.#history.close()
      for (const id of [...this.#following.keys()]) this.#unfollow(id)
      this.#redraw.clear()
    })
  }

  readonly submit = (params: Submitted, { key }: SubmitOptions = {}): string => {
    const id = key ?? newId()
    if (this.#history.find(id)) return id
    const entry = newEntry(id, { width: 1024, height: 1024, count: 1, ...params }, Date.now())
    const written = this.#history.add(entry)
    void this.#post(entry, written)
    return id
  }

  readonly generate = (params: Submitted, { signal, onProgress, key }: GenerateOptions = {}): Promise<TimelineEntry> =>
    new Promise((done, fail) => {
      const ended = () => signal?.reason ?? new DOMException('Cancelled.', 'AbortError')
      if (signal?.aborted) return fail(ended())
      const release = this.open()
      const id = this.submit(params, { key })
      let last: TimelineEntry | undefined
      const look = () => {
        const entry = this.#history.find(id)
        if (entry === last) return
        last = entry
        if (entry?.status === 'done') settle(() => done(entry))
        else if (!entry || entry.status === 'cancelled') settle(() => fail(ended()))
        else if (running(entry)) onProgress?.(entry)
        else if (!entry.provisional)
          settle(() => fail(this.#refusals.get(id) ?? new Failure('failed', { message: entry.error })))
      }
      const cancel = () => this.cancel(id)
      const unlisten = this.listen(look)
      const settle = (tell: () => void) => {
        unlisten()
        signal?.removeEventListener('abort', cancel)
        release()
        tell()
      }
      signal?.addEventListener('abort', cancel)
      look()
    })

  readonly cancel = (id: string): void => {
    const entry = this.#history.find(id)
    if (!entry || !running(entry)) return
    const written = this.#history.change(id, it => ({ ...it, status: 'cancelled', finishedAt: Date.now() }))
    if (entry.requestId) this.#submission.giveUp(entry.requestId)
    // Another tab may have heard its name meanwhile.
    else void written.then(() => this.#giveUp(id))
  }

  readonly retry = (id: string): void => {
    const entry = this.#history.find(id)
    if (!entry || running(entry)) return
    // The same key where the gateway may have made a job without our hearing of it, a new one for a new job.
    const tries = entry.requestId ? entry.tries + 1 : entry.tries
    const fresh = { ...newEntry(id, entry.params, Date.now()), tries, revision: entry.revision }
    void this.#post(
      fresh,
      this.#history.change(id, () => fresh),
    )
  }

  readonly remove = (id: string): void => {
    this.cancel(id)
    if (this.#history.find(id) || this.view.images.some(image => image.id === id && image.url))
      void this.#history.remove(id)
  }

  /** Forgets all that this user has asked for, in all tabs. What still runs is not cancelled. */
  readonly clear = (): Promise<void> => this.#history.clear()

  async #resume(user: string): Promise<void> {
    await this.#history.open(`image-gen/timeline/${VERSION}/${this.#client.base} ${user}`)
    if (!this.#users) return this.#history.close()
    for (const entry of this.#history.entries) {
      if (entry.requestId && unsettled(entry)) this.#client.ask(entry.requestId)
      else if (running(entry)) void this.#post(entry)
    }
  }

  async #post(entry: TimelineEntry, written?: Promise<void>): Promise<void> {
    const { id, tries } = entry
    const release = this.#client.hold()
    const same = (it: TimelineEntry) => it.tries === tries
    try {
      this.#refusals.delete(id)
      // No job is asked for that a reload would not know of.
      await written
      const requestId = await this.#submission.post(entry)
      await this.#history.change(id, it => (same(it) && it.requestId !== requestId ? { ...it, requestId } : it))
      this.#giveUp(id, requestId)
    } catch (thrown) {
      const failure = thrown as Failure
      this.#refusals.set(id, failure)
      void this.#history.change(id, it =>
        same(it) && running(it) && !it.requestId
          ? { ...it, status: 'error', error: failure.message, finishedAt: Date.now() }
          : it,
      )
    } finally {
      release()
    }
  }

  /** Takes the job back if a person, in whichever tab, has cancelled or removed it; nothing else costs a job. */
  #giveUp(id: string, requestId = this.#history.find(id)?.requestId): void {
    if (requestId && (this.#history.removed(id) || this.#history.find(id)?.status === 'cancelled'))
      this.#submission.giveUp(requestId)
  }

  #follow(id: string, requestId: string): void {
    this.#unfollow(id)
    const hear = (message: SSEMessage) => this.#hear(id, message)
    const stop = this.#client.subscribe(requestId, { onSuccess: hear, onError: hear, onProgress: hear })
    this.#following.set(id, { requestId, stop })
  }

  #unfollow(id: string): void {
    this.#following.get(id)?.stop()
    this.#following.delete(id)
  }

  #hear(id: string, message: SSEMessage): void {
    const update = (it: TimelineEntry) =>
      it.requestId === message.request_id ? applied(it, this.#client.located(message), Date.now()) : it
    const before = this.#history.find(id)
    if (message.status === 'PROGRESS' && before && !before.provisional) {
      this.#history.note(id, update)
      // Many in a burst: drawn now and then, applied all.
      this.#redraw.soon(REDRAW, () => this.#show())
    } else {
      void this.#history.change(id, update)
    }
  }

  /** Follows what may still be heard of and nothing else, whoever has started or ended it. */
  #catchUp(): void {
    if (this.#users) {
      const going = new Map(this.#history.entries.filter(unsettled).map(({ id, requestId }) => [id, requestId]))
      for (const [id, { requestId }] of this.#following) if (going.get(id) !== requestId) this.#unfollow(id)
      for (const [id, requestId] of going) if (requestId && !this.#following.has(id)) this.#follow(id, requestId)
    }
    this.#show()
  }

  #show(): void {
    this.#redraw.clear()
    const timeline = this.#history.entries
    this.show({
      timeline,
      images: timeline.flatMap(entry => (running(entry) || entry.status === 'done' ? entry.images : [])),
      isGenerating: timeline.some(running),
    })
  }
}

const generations = new WeakMap<Client, Generation>()

/** The history of a client: the same one for all components of this tab; the first limit and storage count. */
export const generationOf = (client: Client, limit?: number, storage?: HistoryStorage): Generation => {
  const generation = generations.get(client) ?? new Generation(client, limit, storage)
  generations.set(client, generation)
  return generation
}
