import type { Timing } from '../types/index.ts'

export const TIMING: Timing = {
  open: 10_000,
  // Two heartbeats of 15 s may be late or lost.
  silence: 40_000,
  retry: 3_000,
  base: 1_000,
  cap: 30_000,
  stable: 10_000,
  pause: 300_000,
  wait: 25,
  pollMin: 500,
  pollMax: 15_000,
  linger: 200,
}

/** Full jitter: any time up to a bound that doubles with each failure, so that a crowd does not come back as one. */
export const fullJitter = (attempt: number, { base, cap }: Timing): number =>
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

  get running(): boolean {
    return this.#handle !== undefined
  }

  clear(): void {
    clearTimeout(this.#handle)
    this.#handle = undefined
  }
}
