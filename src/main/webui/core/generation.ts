import type { GalleryImage, GenerationParams, SSEMessage, TimelineEntry } from '../types/index.ts'
import type { Client } from './client.ts'
import type { Failure } from './failure.ts'
import { newId } from './link.ts'
import { once, Store } from './store.ts'
import { applied, further, newEntry, running } from './timeline.ts'
import { fullJitter, Timer } from './timing.ts'

export interface GenerationView {
  timeline: TimelineEntry[]
  images: GalleryImage[]
  isGenerating: boolean
}

export const NO_GENERATION: GenerationView = { timeline: [], images: [], isGenerating: false }

/** The shape of what is stored; another shape gets another number and starts anew. */
const VERSION = 1
const REDRAW = 40
const TRIES = 5
/** Worth asking again with the same key: the answer got lost, or there was none. */
const PASSING = ['offline', 'unreachable', 'unavailable', 'busy']

/**
 * What a person has asked for: submits, follows over the client, remembers across reloads and tabs. Needs no framework.
 * All tabs of a user share one history in localStorage; progress is not written, every tab hears it itself.
 */
export class Generation extends Store<GenerationView> {
  readonly #client: Client
  readonly #limit: number
  readonly #key: string
  readonly #redraw = new Timer()
  /** By entry: how to stop following it. */
  readonly #following = new Map<string, () => void>()
  /** What waits for its next try. */
  readonly #waits = new Map<() => void, Timer>()
  /** The store can be relied on; else this tab remembers for itself. */
  #stored = true
  #entries: TimelineEntry[] = []
  #users = 0
  #closing = new AbortController()

  constructor(client: Client, limit = 100) {
    super(NO_GENERATION)
    this.#client = client
    this.#limit = limit
    this.#key = `image-gen/timeline/${VERSION}/${client.name}`
  }

  /** Reads the history and goes on with what was running; the result lets go again. */
  readonly open = (): (() => void) => {
    const release = this.#client.acquire()
    if (!this.#users++) {
      this.#closing = new AbortController()
      const { signal } = this.#closing
      globalThis.window?.addEventListener('storage', this.#onStorage, { signal })
      globalThis.window?.addEventListener('online', this.#wake, { signal })
      this.#load()
      for (const entry of this.#entries) {
        if (!running(entry)) continue
        if (entry.requestId) this.#client.ask(entry.requestId)
        else this.#post(entry)
      }
      this.#catchUp()
    }
    return once(() => {
      release()
      if (--this.#users) return
      this.#closing.abort()
      for (const id of [...this.#following.keys()]) this.#unfollow(id)
      this.#redraw.clear()
      this.#wake()
    })
  }

  readonly submit = ({
    width = 1024,
    height = 1024,
    count = 1,
    ...rest
  }: Partial<GenerationParams> & { prompt: string }): string => {
    const entry = newEntry(newId(), { width, height, count, ...rest }, Date.now())
    this.#store(entries => [entry, ...entries])
    this.#post(entry)
    return entry.id
  }

  readonly cancel = (id: string): void => {
    const entry = this.#find(id)
    if (!entry || !running(entry)) return
    this.#change(id, it => ({ ...it, status: 'cancelled', finishedAt: Date.now() }))
    this.#unfollow(id)
    if (entry.requestId) this.#giveUp(entry.requestId)
  }

  readonly retry = (id: string): void => {
    const entry = this.#find(id)
    if (!entry || running(entry)) return
    // The same key where the gateway may have made a job without our hearing of it, a new one for a new job.
    const tries = entry.requestId ? entry.tries + 1 : entry.tries
    const fresh = { ...newEntry(id, entry.params, Date.now()), tries }
    this.#change(id, () => fresh)
    this.#post(fresh)
  }

  readonly remove = (id: string): void => {
    this.cancel(id)
    this.#store(entries =>
      entries
        .filter(entry => entry.id !== id)
        .map(entry =>
          entry.status === 'done' ? { ...entry, images: entry.images.filter(image => image.id !== id) } : entry,
        )
        // The last image of a finished entry takes the entry with it.
        .filter(entry => entry.images.length || entry.status !== 'done'),
    )
  }

  #find(id: string): TimelineEntry | undefined {
    return this.#entries.find(entry => entry.id === id)
  }

  async #post(entry: TimelineEntry): Promise<void> {
    const { id, tries, params } = entry
    const release = this.#client.hold()
    try {
      const requestId = await this.#insist(async () => {
        const at = Date.now()
        const accepted = await this.#client.api.submit(params, `${id}.${tries}`)
        this.#client.time(accepted, at)
        return accepted
      })
      const now = this.#find(id)
      if (!this.#users) return
      // Cancelled or removed while the POST was under way.
      if (!now || !running(now)) return void this.#giveUp(requestId)
      this.#change(id, it => ({ ...it, requestId }))
      this.#follow(id, requestId)
    } catch (failure) {
      if (!this.#users) return
      this.#change(id, it =>
        running(it) ? { ...it, status: 'error', error: (failure as Failure).message, finishedAt: Date.now() } : it,
      )
    } finally {
      release()
    }
  }

  /** Repeats what failed for a passing reason, and after a renewal what failed for want of a session. */
  async #insist<T>(run: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run()
      } catch (thrown) {
        const { kind, retryAfter } = thrown as Failure
        if (kind === 'unauthorized' && attempt === 1 && (await this.#client.renew())) continue
        if (attempt === TRIES || !PASSING.includes(kind)) throw thrown
        await new Promise<void>(done => {
          const timer = new Timer()
          this.#waits.set(done, timer)
          timer.set(Math.max(retryAfter, fullJitter(attempt)), () => {
            this.#waits.delete(done)
            done()
          })
        })
        if (!this.#users) throw thrown
      }
    }
  }

  readonly #wake = (): void => {
    for (const [done, timer] of this.#waits) {
      timer.clear()
      done()
    }
    this.#waits.clear()
  }

  #giveUp(requestId: string): void {
    // Told to the person as cancelled already; a job that can't be stopped ends by itself and is ignored.
    this.#insist(() => this.#client.api.cancel(requestId)).catch(() => {})
  }

  #follow(id: string, requestId: string): void {
    this.#unfollow(id)
    const hear = (message: SSEMessage) => this.#hear(id, message)
    this.#following.set(id, this.#client.subscribe(requestId, { onSuccess: hear, onError: hear, onProgress: hear }))
  }

  #unfollow(id: string): void {
    this.#following.get(id)?.()
    this.#following.delete(id)
  }

  #hear(id: string, message: SSEMessage): void {
    const update = (it: TimelineEntry) => applied(it, message, Date.now())
    if (message.status === 'PROGRESS') {
      this.#entries = this.#entries.map(it => (it.id === id ? update(it) : it))
      // Many in a burst: drawn now and then, applied all.
      this.#redraw.soon(REDRAW, () => this.#show())
    } else {
      this.#change(id, update)
      this.#unfollow(id)
    }
  }

  #change(id: string, change: (entry: TimelineEntry) => TimelineEntry): void {
    this.#store(entries => entries.map(entry => (entry.id === id ? change(entry) : entry)))
  }

  /** Another tab may have written since: its history is taken in first, so that neither overwrites the other. */
  #store(change: (entries: TimelineEntry[]) => TimelineEntry[]): void {
    this.#load()
    this.#entries = change(this.#entries).slice(0, this.#limit)
    this.#save()
    this.#show()
  }

  #save(): void {
    for (let kept = this.#entries; ; kept = kept.slice(0, kept.length >> 1)) {
      try {
        localStorage.setItem(this.#key, JSON.stringify(kept))
        this.#stored = true
        return
      } catch {
        // Full, or forbidden: rather a shorter history than none, rather none than an error.
        this.#stored = false
        if (!kept.length) return
      }
    }
  }

  #load(): void {
    try {
      const stored = this.#stored && localStorage.getItem(this.#key)
      if (!stored) return
      const mine = new Map(this.#entries.map(entry => [entry.id, entry]))
      this.#entries = (JSON.parse(stored) as TimelineEntry[]).map(entry => further(entry, mine.get(entry.id) ?? entry))
    } catch {
      // Unreadable: goes on with what is known here.
    }
  }

  readonly #onStorage = ({ key }: StorageEvent): void => {
    if (key !== this.#key) return
    this.#load()
    this.#catchUp()
  }

  /** Follows what runs and nothing else, whoever has started or ended it. */
  #catchUp(): void {
    for (const entry of this.#entries) {
      const { id, requestId } = entry
      if (!running(entry)) this.#unfollow(id)
      else if (requestId && !this.#following.has(id)) this.#follow(id, requestId)
    }
    this.#show()
  }

  #show(): void {
    this.#redraw.clear()
    const timeline = this.#entries
    this.show({
      timeline,
      images: timeline.flatMap(entry => (running(entry) || entry.status === 'done' ? entry.images : [])),
      isGenerating: timeline.some(running),
    })
  }
}

const generations = new WeakMap<Client, Generation>()

/** The history of a client: the same one for all components of this tab; the first limit counts. */
export const generationOf = (client: Client, limit?: number): Generation => {
  const generation = generations.get(client) ?? new Generation(client, limit)
  generations.set(client, generation)
  return generation
}
