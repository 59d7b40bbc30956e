import type { Timing } from '../types/index.ts'

/** Milliseconds after the last user has gone; the one default that a tab needs itself. */
export const LINGER = 200

export const TIMING: Timing = {
  open: 10_000,
  // As the server's heartbeat says.
  silence: 0,
  retry: 3_000,
  base: 1_000,
  cap: 30_000,
  stable: 10_000,
  pause: 300_000,
  wait: 25,
  pollMin: 500,
  pollMax: 15_000,
  linger: LINGER,
}

/** Full jitter: any time up to a bound that doubles with each failure, so that a crowd does not come back as one. */
export const fullJitter = (attempt: number, { base = 1_000, cap = 30_000 }: Partial<Timing> = {}): number =>
  Math.random() * Math.min(cap, base * 2 ** Math.max(0, attempt - 1))

/** At most one thing planned. */
export class Timer {
  #handle?: ReturnType<typeof setTimeout>

  set(ms: number, run: () => void): void {
    this.clear()
    this.#handle = setTimeout(() => {
      this.#handle = undefined
      run()
    }, ms)
  }

  /** As `set`, unless something is planned already. */
  soon(ms: number, run: () => void): void {
    if (this.#handle === undefined) this.set(ms, run)
  }

  clear(): void {
    clearTimeout(this.#handle)
    this.#handle = undefined
  }
}
