import { Timer } from './timing.ts'

/** What a server that says nothing else is taken to keep. */
const HEARTBEAT = 15_000
/** Two heartbeats may be late or lost. */
const BEATS = 2.5
const SLACK = 2_500

/** Barks when nothing was heard for too long: a mute proxy, a half-open socket. */
export class Watchdog {
  /** Milliseconds. */
  silence: number
  seenAt = 0
  readonly #fixed: boolean
  readonly #timer = new Timer()
  #bark?: () => void

  /** @param silence 0: as the server's heartbeat says */
  constructor(silence: number) {
    this.#fixed = silence > 0
    this.silence = silence || HEARTBEAT * BEATS + SLACK
  }

  /** The server has said how long it is silent at most. */
  learn(interval: unknown): void {
    const said = typeof interval === 'number' && interval > 0 ? interval * BEATS + SLACK : this.silence
    if (this.#fixed || said === this.silence) return
    this.silence = said
    if (this.#bark) this.guard(this.#bark)
  }

  /** Looks now and then instead of at each event. */
  guard(bark: () => void): void {
    this.#bark = bark
    const left = this.seenAt + this.silence - Date.now()
    if (left <= 0) bark()
    else this.#timer.set(left, () => this.guard(bark))
  }

  /** Something has to happen by then. */
  within(ms: number, bark: () => void): void {
    this.#timer.set(ms, bark)
  }

  clear(): void {
    this.#bark = undefined
    this.#timer.clear()
  }
}
