import { createContext, useEffect, useState } from 'react'
import type { ConnectionSnapshot, FailureKind } from '../../hooks/index.ts'

/** Nothing has been heard for a while and nothing can be; whatever is shown of running requests may be old. */
export const Cut = createContext(false)

/** Shorter interruptions mend themselves before anybody needs to know. */
const PATIENCE = 2_500
/** While polling, only what keeps polls too from getting through; a stream that a proxy refuses costs nobody anything. */
const UNREACHABLE: FailureKind[] = ['offline', 'unreachable']

const inTrouble = (link: ConnectionSnapshot): boolean => {
  const { state, attempt, lastError } = link
  if (!lastError) return false
  if (state === 'polling') return UNREACHABLE.includes(lastError.kind) && lastError.at >= (link.lastSeenAt ?? 0)
  return state === 'waiting' || (state === 'connecting' && attempt > 0)
}

/** Whether the connection has been in trouble for longer than a moment. */
export const useCut = (connection: ConnectionSnapshot): boolean => {
  const trouble = inTrouble(connection)
  const [cut, setCut] = useState(false)
  useEffect(() => {
    if (!trouble) return setCut(false)
    const timer = setTimeout(() => setCut(true), PATIENCE)
    return () => clearTimeout(timer)
  }, [trouble])
  return cut
}
