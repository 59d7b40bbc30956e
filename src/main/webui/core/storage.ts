/** Where a history is kept. What it throws is taken as "can't be kept": the history then lives as long as the page. */
export interface HistoryStorage {
  /** null: nothing yet. undefined: nothing is ever kept. */
  read(key: string): string | null | undefined | Promise<string | null | undefined>
  /** Without a text: forgets it. */
  write(key: string, text?: string): void | Promise<void>
  /** Hears of what other tabs write. */
  watch(key: string, changed: () => void): () => void
}

export const localHistory: HistoryStorage = {
  read: key => localStorage.getItem(key),
  write(key, text) {
    if (text === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  },
  watch(key, changed) {
    // All of the storage was cleared: no key.
    const hear = (event: StorageEvent) => (event.key ?? key) === key && changed()
    const closing = new AbortController()
    globalThis.window?.addEventListener('storage', hear, closing)
    return () => closing.abort()
  },
}

/** Nothing outlives the page, and no other tab sees it. */
export const noHistory: HistoryStorage = { read: () => undefined, write() {}, watch: () => () => {} }
