import type { SSEHandlers, SSEMessage } from '../types/index.ts'
import { trim } from './store.ts'
import { terminal } from './timeline.ts'

interface Subscription {
  requestId: string
  handlers: SSEHandlers
  /** Heard something since it subscribed. */
  fresh?: boolean
  /** For an end that has not come yet. */
  waits: boolean
}

const HANDLERS = { OK: 'onSuccess', ERROR: 'onError', PROGRESS: 'onProgress' } as const

const REMEMBERED = 1024

/** Who wants to hear what, and the latest that was heard of each request. */
export class Subscriptions {
  readonly #all = new Set<Subscription>()
  readonly #latest = new Map<string, SSEMessage>()
  readonly #changed: () => void
  readonly #report: (thrown: unknown) => void

  /** @param changed what is waited for may have changed */
  constructor(changed: () => void, report: (thrown: unknown) => void) {
    this.#changed = changed
    this.#report = report
  }

  add(requestId: string, handlers: SSEHandlers): () => void {
    const subscription: Subscription = { requestId, handlers, waits: requestId !== '*' }
    this.#all.add(subscription)
    this.#changed()
    if (this.#latest.has(requestId)) {
      queueMicrotask(() => {
        const known = this.#latest.get(requestId)
        if (known && !subscription.fresh && this.#all.has(subscription)) this.#call(subscription, known)
      })
    }
    return () => {
      this.#all.delete(subscription)
      this.#changed()
    }
  }

  /** Requests whose end somebody waits for. */
  get awaited(): string[] {
    return [...this.#all].filter(it => it.waits).map(it => it.requestId)
  }

  tell(message: SSEMessage): void {
    const { request_id: requestId } = message
    if (terminal(this.#latest.get(requestId))) return
    this.#latest.delete(requestId)
    this.#latest.set(requestId, message)
    trim(this.#latest, REMEMBERED)
    for (const subscription of [...this.#all]) {
      if (subscription.requestId === requestId || subscription.requestId === '*') this.#call(subscription, message)
    }
  }

  disconnected(): void {
    for (const { handlers } of [...this.#all]) this.#safely(() => handlers.onDisconnect?.())
  }

  forget(): void {
    this.#latest.clear()
  }

  #call(subscription: Subscription, message: SSEMessage): void {
    subscription.fresh = true
    // A failure that is only thought of is not waited on; if more comes, it is told.
    if (message.status !== 'PROGRESS' && subscription.waits) {
      subscription.waits = false
      this.#changed()
    }
    this.#safely(() => subscription.handlers[HANDLERS[message.status]]?.(message))
  }

  #safely(run: () => void): void {
    try {
      run()
    } catch (thrown) {
      // One handler's fault must not cost the others their update.
      this.#report(thrown)
    }
  }
}
