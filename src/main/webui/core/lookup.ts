import type { SSEMessage } from '../types/index.ts'
import { type Failure, unknownRequest } from './failure.ts'
import { fullJitter, Timer } from './timing.ts'

interface Question {
  attempt: number
  timer: Timer
  busy?: boolean
}

/**
 * Requests whose state has to be asked for one by one, because no stream can replay it. Each is asked again until there
 * is an answer: only the gateway's own word ends a request as unknown, whatever a proxy says in its place.
 */
export class Lookup {
  readonly #questions = new Map<string, Question>()
  readonly #status: (requestId: string) => Promise<SSEMessage>
  readonly #found: (message: SSEMessage) => void

  constructor(status: (requestId: string) => Promise<SSEMessage>, found: (message: SSEMessage) => void) {
    this.#status = status
    this.#found = found
  }

  ask(requestId: string): void {
    const question = this.#questions.get(requestId) ?? { attempt: 0, timer: new Timer() }
    this.#questions.set(requestId, question)
    if (question.busy) return
    question.timer.clear()
    question.busy = true
    const current = () => {
      question.busy = false
      return this.#questions.get(requestId) === question
    }
    this.#status(requestId).then(
      message => current() && this.#found(message),
      (failure: Failure) => {
        if (!current()) return
        if (unknownRequest(failure))
          this.#found({ request_id: requestId, status: 'ERROR', message: 'The server no longer knows this request.' })
        // Signed out: asked again when the connection is open again.
        else if (failure.kind !== 'unauthorized')
          question.timer.set(Math.max(failure.retryAfter, fullJitter(++question.attempt)), () => this.ask(requestId))
      },
    )
  }

  /** A good moment: the connection is open again. */
  again(): void {
    for (const requestId of [...this.#questions.keys()]) this.ask(requestId)
  }

  /** It has been heard of, or nobody wants to know any more. */
  settle(requestId: string): void {
    this.#questions.get(requestId)?.timer.clear()
    this.#questions.delete(requestId)
  }

  clear(): void {
    for (const requestId of [...this.#questions.keys()]) this.settle(requestId)
  }
}
