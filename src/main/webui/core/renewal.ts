import { Failure } from './failure.ts'
import { exclusively, lockOf } from './lock.ts'

/** Once is enough for that long, in milliseconds; and a `getToken` that takes longer gives none. */
const LATELY = 10_000
const PATIENCE = 15_000

/** Exchanges fresh tokens for fresh sessions, for this tab and, one of them at a time, for all. */
export class Renewal {
  /** The newest way to get a token wins; any component may give one. */
  getToken?: () => Promise<string | undefined>
  /** When a session was last renewed, by whichever tab; 0: never. */
  renewedAt = 0
  readonly #name: string
  readonly #open: (token: string) => Promise<unknown>
  readonly #failed: (failure: Failure) => void
  readonly #done: (at: number) => void
  #renewing?: Promise<boolean>

  /** @param open makes a session of a token @param done tells all tabs */
  constructor(
    name: string,
    open: (token: string) => Promise<unknown>,
    failed: (failure: Failure) => void,
    done: (at: number) => void,
  ) {
    this.#name = name
    this.#open = open
    this.#failed = failed
    this.#done = done
  }

  /** False where no token is to be had. Not twice within seconds. */
  renew(): Promise<boolean> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  /** One tab after the other, of those that know how, until the need is gone. */
  forAll(needed: () => boolean): void {
    if (!this.getToken) return
    void exclusively(lockOf(this.#name, 'renewal'), async () => {
      if (!needed() || Date.now() - this.renewedAt < LATELY || !(await this.renew())) return
      // Until even the slowest of the others has heard of it.
      await new Promise(done => setTimeout(done, LATELY))
    })
  }

  async #renew(): Promise<boolean> {
    if (Date.now() - this.renewedAt < LATELY) return true
    try {
      const token = await within(PATIENCE, this.getToken?.())
      if (!token) return false
      await this.#open(token)
    } catch (thrown) {
      this.#failed(thrown instanceof Failure ? thrown : new Failure('unauthorized'))
      return false
    }
    this.renewedAt = Date.now()
    this.#done(this.renewedAt)
    return true
  }
}

/** What comes of it within that time, else nothing. */
const within = async <T>(ms: number, promise?: Promise<T>): Promise<T | undefined> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<undefined>(done => {
    timer = setTimeout(done, ms, undefined)
  })
  return Promise.race([promise, patience]).finally(() => clearTimeout(timer))
}
