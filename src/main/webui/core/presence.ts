export interface PresenceEvents {
  /** Online again, or looked at again: a good moment to try. */
  nudge(): void
  /** Looked at, or no longer. */
  looked(): void
  /** On its way out, perhaps into the back-forward cache, which takes no page that holds a line, a lock or a channel. */
  leaves(): void
  /** Back from there. */
  returns(): void
}

export const looking = (): boolean => !globalThis.document?.hidden

/** What happens to the page, until the signal; nothing where there is none. */
export const watchPage = ({ nudge, looked, leaves, returns }: PresenceEvents, signal: AbortSignal): void => {
  const { document, window } = globalThis
  const on = (target: EventTarget | undefined, type: string, run: (event: Event) => void) =>
    target?.addEventListener(type, run, { signal })
  on(window, 'online', nudge)
  on(document, 'visibilitychange', () => {
    looked()
    if (looking()) nudge()
  })
  on(window, 'pagehide', leaves)
  on(window, 'pageshow', event => (event as PageTransitionEvent).persisted && returns())
}
