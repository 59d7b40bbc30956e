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
  silent: 'The connection went silent.',
  closed: 'The connection was lost.',
  moved: 'The server asks for another transport.',
  unsupported: 'This browser can not do that.',
  outdated: 'This page is older than the server. Please load it again.',
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

/** A plain copy, which can be shown, kept, and posted from a worker to its tabs. */
export const plain = ({ kind, message, status, type, at }: Failure): ConnectionFailure => ({
  kind,
  message,
  status,
  type,
  at,
})

/** What a gateway says of itself begins so; what a proxy says in its place does not. */
const TYPES = 'urn:problem-type:image-gen:'

/** The gateway itself has said so, and will say so again. */
export const final = ({ kind, type }: Failure): boolean =>
  (kind === 'forbidden' || kind === 'refused') && !!type?.startsWith(TYPES)

export const unknownRequest = ({ type }: Failure): boolean => type === `${TYPES}unknown-request`

const KINDS: Record<number, FailureKind> = { 401: 'unauthorized', 403: 'forbidden', 409: 'moved', 429: 'busy' }

/** Reads a refusal, its problem document (RFC 9457) and its Retry-After. */
export const failureOf = async (response: Response): Promise<Failure> => {
  const { status, headers } = response
  const problem = await response.json().catch(() => ({}))
  const wait = headers.get('Retry-After') ?? ''
  // A 404 or 403 without a problem document is not the gateway's: a deployment under way, a proxy without a backend.
  const absent = status >= 500 || ((status === 404 || status === 403) && !`${problem.type}`.startsWith(TYPES))
  // The backend's limit is the caller's own: what is used up does not come back by asking again.
  const used = problem.type === `${TYPES}backend-limit`
  const kind = absent ? 'unavailable' : used ? 'refused' : (KINDS[status] ?? 'refused')
  return new Failure(kind, {
    status,
    type: problem.type,
    transport: problem.transport,
    // The server's words help where the request itself was wrong; elsewhere ours say what to do.
    message: ['refused', 'moved', 'busy'].includes(kind) ? problem.detail || problem.title : '',
    // [RFC 9110, 10.2.3] Retry-After is a number of seconds or a date.
    retryAfter: Math.max(0, +wait * 1000 || Date.parse(wait) - Date.now() || 0),
  })
}

/** What a fetch that got no answer means. */
export const unanswered = (): Failure => new Failure(globalThis.navigator?.onLine === false ? 'offline' : 'unreachable')
