/** Where a history is kept. What it throws is taken as "can't be kept": the history then lives as long as the page. */
export interface HistoryStorage {
  /** null: nothing yet. undefined: nothing is ever kept. */
  read(key: string): string | null | undefined | Promise<string | null | undefined>
  /** Without a text: forgets it. */
  write(key: string, text?: string): void | Promise<void>
  /** Hears of what other tabs write. */
  watch(key: string, changed: () => void): () => void
}
