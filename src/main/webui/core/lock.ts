/** Web Locks exist on secure pages only. */
export const locks = (): LockManager | undefined => globalThis.navigator?.locks

/** The lock that a tab, the worker or the leading tab holds as long as it lives. */
export const lockOf = (name: string, holder: string): string => `${name}/${holder}`

/** Holds a lock until the signal; where there are no locks: runs at once. */
export const hold = (lock: string, signal: AbortSignal, run: () => void): void => {
  if (!locks()) run()
  locks()
    ?.request(lock, { signal }, () => {
      if (signal.aborted) return
      run()
      return new Promise(done => signal.addEventListener('abort', done))
    })
    // Closed before it was granted.
    .catch(() => {})
}
