import type { HistoryStorage, TimelineEntry } from '../types/index.ts'
import { exclusively } from './lock.ts'
import { further, running } from './timeline.ts'

interface Kept {
  entries: TimelineEntry[]
  /** What was removed, entries and images by id, and when: so that no slower tab brings it back. */
  gone: Record<string, number>
}

/** Longer than any tab holds on to something that it has not written. */
const DAY = 86_400_000
/**
 * A lock is not enough: processes of one browser hear of each other's writes a little later, so that a tab may read what
 * was there before. What was written is put back if it was overwritten within that time.
 */
const SETTLED = 2_000

/**
 * The entries of one user, the same in all tabs. Each write takes in what the others have written, entry by entry, under
 * one lock; only what was changed here is added to it. Progress is not written, every tab hears it itself.
 */
export class History {
  entries: TimelineEntry[] = []
  readonly #storage: HistoryStorage
  readonly #limit: number
  readonly #changed: () => void
  /** Changed here and not yet safely written; by id, the number of the change. */
  readonly #mine = new Map<string, number>()
  #changes = 0
  #gone: Kept['gone'] = {}
  #key?: string
  #unwatch?: () => void
  #writing?: Promise<void>
  #next?: Promise<void>
  /** There was something kept when this tab last looked. */
  #known = false
  /** What is kept can be relied on; else this tab remembers for itself. */
  #kept = true

  constructor(storage: HistoryStorage, limit: number, changed: () => void) {
    this.#storage = storage
    this.#limit = limit
    this.#changed = changed
  }

  /** Keeps and shares it under this key; until then it is in memory only. Another key is another history. */
  async open(key: string): Promise<void> {
    if (this.#key && this.#key !== key) this.#forget()
    this.#key = key
    this.#unwatch?.()
    this.#unwatch = this.#storage.watch(key, async () => {
      // Overwritten by a tab that did not know of it.
      if (await this.#hear()) await this.save()
    })
    if (await this.#hear()) await this.save()
  }

  close(): void {
    this.#unwatch?.()
    this.#unwatch = undefined
  }

  find(id: string): TimelineEntry | undefined {
    return this.entries.find(entry => entry.id === id)
  }

  /** Somebody has removed it. */
  removed(id: string): boolean {
    return id in this.#gone
  }

  add(entry: TimelineEntry): Promise<void> {
    this.entries = [entry, ...this.entries]
    return this.#touched(entry.id)
  }

  /** Resolves when it is written and others' changes are known. */
  change(id: string, change: (entry: TimelineEntry) => TimelineEntry): Promise<void> {
    const entry = this.find(id)
    const changed = entry && change(entry)
    if (changed !== entry) this.note(id, it => ({ ...change(it), revision: (it.revision ?? 0) + 1 }))
    return this.#touched(id)
  }

  /** Here only. */
  note(id: string, change: (entry: TimelineEntry) => TimelineEntry): void {
    this.entries = this.entries.map(entry => (entry.id === id ? change(entry) : entry))
  }

  /** An entry, or one image. */
  remove(id: string): Promise<void> {
    this.#gone[id] = Date.now()
    this.#tidy()
    return this.#touched(id)
  }

  /** For this user, in all tabs. */
  async clear(): Promise<void> {
    this.#forget()
    this.#changed()
    await (this.#next ?? this.#writing)
    try {
      if (this.#key) await this.#storage.write(this.#key)
    } catch {
      // Nothing was kept.
    }
    // What was begun meanwhile is of the time after.
    this.#known = false
    if (this.#mine.size) await this.save()
  }

  /** Resolves when everything that was changed so far is written. */
  save(): Promise<void> {
    // Whatever comes before it begins goes with it, the same breath included.
    this.#next ??= (this.#writing ?? Promise.resolve()).then(() => {
      this.#next = undefined
      this.#writing = this.#write()
      return this.#writing
    })
    return this.#next
  }

  #touched(id: string): Promise<void> {
    this.#mine.set(id, ++this.#changes)
    this.#changed()
    return this.save()
  }

  #forget(): void {
    this.entries = []
    this.#mine.clear()
    this.#gone = {}
    this.#known = false
  }

  async #write(): Promise<void> {
    const key = this.#key
    if (!key) return
    await exclusively(key, async () => {
      await this.#hear()
      // Signed out meanwhile, or somebody else.
      if (key !== this.#key) return
      const written = new Map(this.#mine)
      await this.#put(key)
      setTimeout(() => {
        for (const [id, change] of written) if (this.#mine.get(id) === change) this.#mine.delete(id)
      }, SETTLED)
    })
  }

  async #put(key: string): Promise<void> {
    for (let { entries } = this; ; entries = entries.slice(0, entries.length >> 1)) {
      try {
        await this.#storage.write(key, JSON.stringify({ entries, gone: this.#gone } satisfies Kept))
        this.#kept = this.#known = true
        return
      } catch {
        // Full, or forbidden: rather a shorter history than none, rather none than an error.
        this.#kept = false
        if (!entries.length) return
      }
    }
  }

  /** Takes in what the others have written. */
  async #hear(): Promise<boolean> {
    const key = this.#key
    if (!key || !this.#kept) return false
    try {
      const text = await this.#storage.read(key)
      if (key !== this.#key || text === undefined) return false
      // Cleared by another tab, with what was changed here.
      if (!text && this.#known) this.#forget()
      this.#known = !!text
      return this.#take(text ? JSON.parse(text) : { entries: [], gone: {} })
    } catch {
      // Unreadable: goes on with what is known here.
      return false
    }
  }

  /** True if something that was changed here is not there. */
  #take({ entries, gone }: Kept): boolean {
    const here = new Map(this.entries.map(entry => [entry.id, entry]))
    const there = new Map(entries.map(entry => [entry.id, entry]))
    const lost = [...this.#mine.keys()].some(id => {
      const [mine, theirs] = [here.get(id), there.get(id)]
      return this.removed(id) ? !(id in gone) : mine && (!theirs || further(theirs, mine) !== theirs)
    })
    this.#gone = { ...gone, ...this.#gone }
    const added = this.entries.filter(({ id }) => this.#mine.has(id) && !there.has(id))
    this.entries = [...added, ...entries.map(entry => further(entry, here.get(entry.id) ?? entry))]
    this.#tidy()
    this.#changed()
    return lost
  }

  #tidy(): void {
    const since = Date.now() - DAY
    this.#gone = Object.fromEntries(Object.entries(this.#gone).filter(([, at]) => at > since))
    let room = this.#limit
    this.entries = this.entries
      .filter(({ id }) => !this.removed(id))
      .map(entry =>
        entry.status === 'done' && entry.images.some(({ id }) => this.removed(id))
          ? { ...entry, images: entry.images.filter(({ id }) => !this.removed(id)) }
          : entry,
      )
      // The last image of a finished entry takes the entry with it. What still runs stays, however many there are.
      .filter(entry => entry.images.length || entry.status !== 'done')
      .filter(entry => room-- > 0 || running(entry))
  }
}
