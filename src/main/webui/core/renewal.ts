import { Failure } from './failure.ts'
import { exclusively, lockOf } from './lock.ts'

/** Once is enough for that long, in milliseconds; and a `getToken` that takes longer gives none. */
const LATELY = 10_000
const PATIENCE = 15_000

/** Whose session it is. */
export interface Renewed {
  /** The newest way to get a token. */
  getToken(): Promise<string | undefined> | undefined
  /** When a session was last renewed, by whichever tab; 0: never. */
  at(): number
  /** Makes a session of a token. */
  open(token: string): Promise<unknown>
  failed(failure: Failure): void
  /** Tells all tabs. */
  done(at: number): void
}

/** Exchanges fresh tokens for fresh sessions, for this tab and, one of them at a time, for all. */
export class Renewal {
  readonly #name: string
  readonly #session: Renewed
  #renewing?: Promise<boolean>

  constructor(name: string, session: Renewed) {
    this.#name = name
    this.#session = session
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
    void exclusively(lockOf(this.#name, 'renewal'), async () => {
      if (!needed() || this.#lately || !(await this.renew())) return
      // Until even the slowest of the others has heard of it.
      await new Promise(done => setTimeout(done, LATELY))
    })
  }

  get #lately(): boolean {
    return Date.now() - this.#session.at() < LATELY
  }

  async #renew(): Promise<boolean> {
    if (this.#lately) return true
    try {
      const token = await within(PATIENCE, this.#session.getToken())
      if (!token) return false
      await this.#session.open(token)
    } catch (thrown) {
      this.#session.failed(thrown instanceof Failure ? thrown : new Failure('unauthorized'))
      return false
    }
    this.#session.done(Date.now())
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
