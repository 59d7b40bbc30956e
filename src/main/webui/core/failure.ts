import type { ConnectionFailure, FailureKind, TransportName } from '../types/index.ts'

const WORDS: Partial<Record<FailureKind, string>> = {
  offline: 'You are offline.',
  unreachable: 'The server cannot be reached.',
  unauthorized: 'You are signed out. Please sign in again.',
  forbidden: 'You are not allowed to do this.',
  busy: 'Too many connections are open.',
  unavailable: 'The service is not available at the moment.',
  'wrong-content': 'Something else answered in place of the server.',
  refused: 'The server refused the request.',
}

interface Details {
  status?: number
  type?: string
  /** The server's own sentence, where it is fit for a person. */
  message?: string
  retryAfter?: number
  transport?: TransportName
}

/** What went wrong, told apart so that each case can be answered in its own way and said in words. */
export class Failure extends Error implements ConnectionFailure {
  declare readonly kind: FailureKind
  declare readonly status?: number
  declare readonly type?: string
  declare readonly at: number
  /** Milliseconds that the server asked to wait; 0: it did not. */
  declare readonly retryAfter: number
  /** Where the server says to go instead. */
  declare readonly transport?: TransportName

  constructor(kind: FailureKind, { message, ...details }: Details = {}) {
    super(message || WORDS[kind])
    Object.assign(this, { retryAfter: 0, kind, at: Date.now() }, details)
  }
}

const KINDS: Record<number, FailureKind> = { 401: 'unauthorized', 403: 'forbidden', 409: 'moved', 429: 'busy' }

/** Reads a refusal, its problem document (RFC 9457) and its Retry-After. */
export const failureOf = async (response: Response): Promise<Failure> => {
  const { status, headers } = response
  const problem = await response.json().catch(() => ({}))
  const wait = headers.get('Retry-After') ?? ''
  const kind = KINDS[status] ?? (status < 500 ? 'refused' : 'unavailable')
  return new Failure(kind, {
    status,
    type: problem.type,
    transport: problem.transport,
    // The server's words help where the request itself was wrong; elsewhere ours say what to do.
    message: kind === 'refused' || kind === 'moved' ? problem.detail || problem.title : '',
    // [RFC 9110, 10.2.3] Retry-After is a number of seconds or a date.
    retryAfter: Math.max(0, +wait * 1000 || Date.parse(wait) - Date.now() || 0),
  })
}

/** What a fetch that got no answer means. */
export const unanswered = (): Failure => new Failure(globalThis.navigator?.onLine === false ? 'offline' : 'unreachable')
