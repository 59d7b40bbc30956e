import type { HistoryStorage } from '../types/index.ts'

/** The browser's own, the same for all tabs. */
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
