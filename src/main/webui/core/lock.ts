/** Web Locks exist on secure pages only. */
export const locks = (): LockManager | undefined => globalThis.navigator?.locks

/** The lock that a tab, the worker or the leading tab holds as long as it lives. */
export const lockOf = (name: string, holder: string): string => `${name}/${holder}`

/** Holds a lock until the signal; where there are no locks, or a sandbox forbids them: runs at once. */
export const hold = (lock: string, signal: AbortSignal, run: () => void): void => {
  const manager = locks()
  if (!manager) run()
  manager
    ?.request(lock, { signal }, () => {
      if (signal.aborted) return
      run()
      return new Promise(done => signal.addEventListener('abort', done))
    })
    // Closed before it was granted, or not to be had at all.
    .catch(() => signal.aborted || run())
}

/** Runs while nobody else does under the same lock; where there are none, alone as far as this tab goes. */
export const exclusively = async (lock: string, run: () => Promise<void>): Promise<void> => {
  let began = false
  const granted = () => {
    began = true
    return run()
  }
  await locks()
    ?.request(lock, granted)
    .catch(thrown => {
      if (began) throw thrown
    })
  if (!began) await run()
}
