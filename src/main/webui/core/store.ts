/** Something to look at that changes; made for useSyncExternalStore and its kin. */
export class Store<View> {
  #view: View
  readonly #listeners = new Set<() => void>()

  constructor(view: View) {
    this.#view = view
  }

  /** A new object whenever something changed, the same one as long as nothing did. */
  get view(): View {
    return this.#view
  }

  /** Hears of every new `view`. */
  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  protected show(view: View): void {
    this.#view = view
    for (const listener of [...this.#listeners]) listener()
  }
}

/** Runs the first time it is called, and never again. */
export const once = (run: () => void): (() => void) => {
  let done = false
  return () => {
    if (!done) run()
    done = true
  }
}

/** Keeps the newest `size` members of a set or map. */
export const trim = (kept: Set<string> | Map<string, unknown>, size: number): void => {
  if (kept.size > size) kept.delete(kept.keys().next().value as string)
}
