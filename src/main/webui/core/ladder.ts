import type { TransportName } from '../types/index.ts'
import { type Failure, final } from './failure.ts'

/** What comes next after a failure; `poll`: polling beneath it meanwhile. */
export type Step = 'expire' | 'refuse' | 'wait' | 'poll' | { move: TransportName }

/** What another try over the same transport hardly mends: poll at once. Anything else gets a second try first. */
const HOPELESS = ['silent', 'wrong-content', 'unsupported', 'refused']

/**
 * @param attempt failures in a row, this one included
 * @param wanted the transport that failed
 */
export const stepAfter = (failure: Failure, attempt: number, wanted: TransportName): Step => {
  const { kind, transport } = failure
  if (kind === 'unauthorized') return 'expire'
  // Only what the gateway itself refuses is final; what answers in its place has gone in a moment.
  if (final(failure)) return 'refuse'
  if (transport && transport !== wanted) return { move: transport }
  return kind !== 'offline' && (attempt > 1 || HOPELESS.includes(kind)) ? 'poll' : 'wait'
}
