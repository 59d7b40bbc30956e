import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type Api, createApi, Failure, type Session } from '../../hooks/index.ts'
import { BASE } from '../base.ts'
import { forget } from '../kept.ts'

export type { Session }

export type SessionState =
  | { kind: 'asking' }
  | { kind: 'out' }
  | { kind: 'in'; session: Session }
  | { kind: 'unreachable'; message: string }

export interface SessionUse {
  state: SessionState
  /** Asks the embedded identity for a token. Throws a sentence for a person. */
  signIn: (name: string) => Promise<void>
  /** For a gateway whose identity is elsewhere. */
  signInWithToken: (token: string) => Promise<void>
  /** @param end ends the session at the gateway; default: a plain request */
  signOut: (end?: () => Promise<void>) => Promise<void>
  /** Asks again who is signed in. */
  refresh: () => Promise<void>
  /** A fresh token where the identity gives one without a question, else nothing. */
  getToken: () => Promise<string | undefined>
}

/** Between tabs: signing out in one is signing out in all. */
const CHANNEL = 'image-gen/session'

const isNotThere = (thrown: unknown) => thrown instanceof Failure && thrown.status === 404

const COOKIES =
  'Your browser did not keep the cookie that a session needs. Allow cookies for this site, then sign in again.'

export class IdentityMissing extends Error {}

const words = (thrown: unknown) => (thrown instanceof Error ? thrown.message : 'Something went wrong.')

export const useSession = (base = BASE): SessionUse => {
  const api: Api = useMemo(() => createApi(base), [base])
  const [state, setState] = useState<SessionState>({ kind: 'asking' })
  const user = state.kind === 'in' ? state.session.user : undefined
  /** Who signs out is not to be signed in again by a renewal that is under way. */
  const leaving = useRef(false)

  const refresh = useCallback(async () => {
    try {
      const session = await api.session()
      setState(session ? { kind: 'in', session } : { kind: 'out' })
    } catch (thrown) {
      setState(before => (before.kind === 'in' ? before : { kind: 'unreachable', message: words(thrown) }))
    }
  }, [api])

  useEffect(() => void refresh(), [refresh])

  useEffect(() => {
    if (!('BroadcastChannel' in globalThis)) return
    const channel = new BroadcastChannel(CHANNEL)
    channel.onmessage = ({ data }) => {
      leaving.current = data === 'out'
      if (data === 'out') setState({ kind: 'out' })
      else void refresh()
    }
    return () => channel.close()
  }, [refresh])

  const enter = useCallback(
    async (token: string) => {
      const opened = await api.open(token)
      // The answer was fine; whether the browser took the cookie shows only when it is used.
      if (!(await api.session())) throw new Error(COOKIES)
      leaving.current = false
      setState({ kind: 'in', session: opened })
      tell('in')
    },
    [api],
  )

  const signIn = useCallback(
    async (name: string) => {
      const token = await api.token(name).catch(thrown => {
        throw isNotThere(thrown) ? new IdentityMissing() : thrown
      })
      await enter(token)
    },
    [api, enter],
  )

  const signOut = useCallback(
    async (end = api.signOut) => {
      leaving.current = true
      tell('out')
      // Out on this side whatever the server says: the next session replaces the cookie.
      await end().catch(() => {})
      setState({ kind: 'out' })
      if (user !== undefined) forget(user)
    },
    [api, user],
  )

  const getToken = useCallback(
    () =>
      user === undefined || leaving.current
        ? Promise.resolve(undefined)
        : api.token(user).catch(thrown => {
            if (isNotThere(thrown)) return undefined
            throw thrown
          }),
    [api, user],
  )

  return { state, signIn, signInWithToken: enter, signOut, refresh, getToken }
}

const tell = (what: 'in' | 'out'): void => {
  if (!('BroadcastChannel' in globalThis)) return
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage(what)
  channel.close()
}
