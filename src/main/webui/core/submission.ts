import type { TimelineEntry } from '../types/index.ts'
import type { Client } from './client.ts'
import type { Failure } from './failure.ts'
import { fullJitter, Timer } from './timing.ts'

const TRIES = 5
/** Worth asking again with the same key: the answer got lost, or there was none. */
const PASSING = ['unreachable', 'unavailable', 'busy']
/** A server that wants more time than that is not waited for in silence. */
const PATIENCE = 15_000

/** Gets a request to the gateway, and takes it back; goes on when the component that wanted it has gone. */
export class Submission {
  readonly #client: Client
  readonly #posting = new Map<string, Promise<string>>()
  readonly #givenUp = new Set<string>()

  constructor(client: Client) {
    this.#client = client
  }

  /** Resolves with the gateway's name for it. The same entry again meanwhile is the same request. */
  post({ id, tries, params }: TimelineEntry): Promise<string> {
    const key = `${id}.${tries}`
    const posting =
      this.#posting.get(key) ??
      this.#insist(async () => {
        const at = Date.now()
        const requestId = await this.#client.api.submit(params, key)
        this.#client.time(requestId, at)
        return requestId
      }).finally(() => this.#posting.delete(key))
    this.#posting.set(key, posting)
    return posting
  }

  /**
   * Told to the person as cancelled already; a job that can't be stopped ends by itself and is ignored. Once is enough:
   * a cancel and the answer that names its job may cross.
   */
  giveUp(requestId: string): void {
    if (this.#givenUp.has(requestId)) return
    this.#givenUp.add(requestId)
    this.#insist(() => this.#client.api.cancel(requestId)).catch(() => {})
  }

  /** Repeats what failed for a passing reason, and after a renewal what failed for want of a session. */
  async #insist<T>(run: () => Promise<T>): Promise<T> {
    let renewed = false
    for (let attempt = 1; ; ) {
      try {
        return await run()
      } catch (thrown) {
        const { kind, retryAfter } = thrown as Failure
        if (kind === 'unauthorized' && !renewed) {
          renewed = true
          if (await this.#client.renew()) continue
        }
        // Without a network there is nothing to count: as long as it takes.
        if (kind === 'offline') await moment()
        else if (attempt === TRIES || !PASSING.includes(kind) || retryAfter > PATIENCE) throw thrown
        else await moment(Math.max(retryAfter, fullJitter(attempt++)))
      }
    }
  }
}

/** That long, or until the network is back. */
const moment = (ms?: number): Promise<void> =>
  new Promise(done => {
    const timer = new Timer()
    const heard = new AbortController()
    const on = () => {
      timer.clear()
      heard.abort()
      done()
    }
    globalThis.addEventListener?.('online', on, heard)
    if (ms !== undefined) timer.set(ms, on)
  })
