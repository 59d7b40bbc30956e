import type { GenerationParams, SSEMessage, TransportName } from '../types/index.ts'
import type { Failure } from './failure.ts'
import { askJson, baseOf } from './http.ts'

export interface Session {
  user: string
  expires_at: string
}

export interface TransportAnswer {
  transport: TransportName
  url: string
  reason?: string
}

/** The gateway's plain requests. Every method throws a `Failure`, whose message is fit for a person. */
export interface Api {
  /** A token of the embedded identity; only where the gateway runs with the embedded backend. */
  token(username: string): Promise<string>
  /** Exchanges a token for the session cookie; a second call with a newer token renews open streams too. */
  open(token: string): Promise<Session>
  /** `token` and `open` in one. */
  signIn(username: string): Promise<Session>
  /** Who is signed in; nobody: undefined. */
  session(): Promise<Session | undefined>
  signOut(): Promise<void>
  /** Which transport the server wants for this caller, and why. */
  transport(): Promise<TransportAnswer>
  /** Asks for images; the same key again makes no second job. Resolves with the request's id. */
  submit(params: GenerationParams, key: string): Promise<string>
  status(requestId: string): Promise<SSEMessage>
  cancel(requestId: string): Promise<void>
}

/**
 * @param base where the gateway is; default: the root of the page's origin
 * @param sent headers that go with every request, as they are at that moment
 */
export const createApi = (base?: string, sent?: Record<string, string>): Api => {
  const at = (path: string) => `${baseOf(base)}/api/${path}`
  const SESSION = 'image-gen/session'
  const REQUESTS = 'image-gen/requests'
  const call = <T>(path: string, method?: string, headers?: Record<string, string>, body?: BodyInit) =>
    askJson<T>(at(path), { method, headers: { ...sent, ...headers }, body })
  const api: Api = {
    token: async username =>
      (await call<{ access_token: string }>('embedded/token', 'POST', undefined, new URLSearchParams({ username })))
        .access_token,
    open: token => call(SESSION, 'POST', { Authorization: `Bearer ${token}` }),
    signIn: async username => api.open(await api.token(username)),
    session: () =>
      call<Session>(SESSION).catch((failure: Failure) => {
        if (failure.kind === 'unauthorized') return undefined
        throw failure
      }),
    signOut: () => call(SESSION, 'DELETE'),
    transport: () => call('image-gen/transport'),
    submit: async (params, key) =>
      (
        await call<{ request_id: string }>(
          REQUESTS,
          'POST',
          { 'Content-Type': 'application/json', 'Idempotency-Key': key },
          JSON.stringify(params),
        )
      ).request_id,
    status: id => call(`${REQUESTS}/${id}`),
    cancel: id => call(`${REQUESTS}/${id}`, 'DELETE'),
  }
  return api
}
