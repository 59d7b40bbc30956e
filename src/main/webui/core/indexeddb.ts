import type { HistoryStorage } from '../types/index.ts'

const STORE = 'histories'

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** A history in IndexedDB, for more of it than localStorage holds. */
export const indexedDbHistory = (database = 'image-gen'): HistoryStorage => {
  const channel = 'BroadcastChannel' in globalThis ? () => new BroadcastChannel(database) : undefined
  const use = async <T>(mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const opening = indexedDB.open(database, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
    const opened = await done(opening)
    try {
      return await done(run(opened.transaction(STORE, mode).objectStore(STORE)))
    } finally {
      // An open one would keep the page out of the back-forward cache.
      opened.close()
    }
  }
  return {
    read: async key => (await use('readonly', store => store.get(key))) ?? null,
    async write(key, text) {
      await use(
        'readwrite',
        store => (text === undefined ? store.delete(key) : store.put(text, key)) as IDBRequest<unknown>,
      )
      const told = channel?.()
      told?.postMessage(key)
      told?.close()
    },
    watch(key, changed) {
      const heard = channel?.()
      if (heard) heard.onmessage = ({ data }) => data === key && changed()
      return () => heard?.close()
    },
  }
}
