import { useCallback, useEffect, useState } from 'react'
import type { ServerSentEvents } from '../../hooks/index.ts'

/** The server says so 30 s before the end; who polls is not told, and looks at the clock. */
const BEFORE = 25_000
/** setTimeout's limit. */
const FAR = 2 ** 31 - 1

/** When the session ends, by the latest word of it, and how to make it longer. */
export const useExpiry = (link: ServerSentEvents, told: string) => {
  const { client, session, state, reconnect } = link
  const [asked, setAsked] = useState(told)
  const latest = Math.max(...[told, asked, session?.expires_at].flatMap(text => (text ? [Date.parse(text)] : [])))
  const expiresAt = Number.isFinite(latest) ? latest : Date.now() + FAR

  const ask = useCallback(async () => {
    const now = await client.api.session().catch(() => undefined)
    if (now) setAsked(now.expires_at)
    return !!now
  }, [client])

  const renew = useCallback(async () => {
    const renewed = await client.renew()
    const signedIn = await ask()
    if (signedIn && !renewed && state === 'expired') reconnect()
    return signedIn
  }, [client, ask, state, reconnect])

  useEffect(() => {
    const delay = Math.min(FAR, Math.max(0, expiresAt - BEFORE - Date.now()))
    const timer = setTimeout(() => {
      if (Date.now() >= expiresAt - BEFORE - 1000) void renew()
    }, delay)
    return () => clearTimeout(timer)
  }, [expiresAt, renew])

  return { expiresAt, renew }
}
