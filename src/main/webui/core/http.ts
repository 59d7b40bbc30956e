import { Failure, failureOf, unanswered } from './failure.ts'

/** Where the gateway is, without a slash at the end: the given base, or the folder of the page. */
export const baseOf = (base?: string): string => {
  const page = globalThis.document?.baseURI
  return (page ? new URL(base ?? '.', page).href : (base ?? '')).replace(/\/$/, '')
}

/** Fetches with the session cookie, as fetch does of itself; resolves with a good answer of the wanted media type, else throws a `Failure`. */
export const ask = async (url: string, wanted: string, init?: RequestInit): Promise<Response> => {
  const response = await fetch(url, {
    cache: 'no-store',
    signal: AbortSignal.timeout(15_000),
    ...init,
    headers: { Accept: wanted, ...init?.headers },
  }).catch(() => {
    throw unanswered()
  })
  if (!response.ok) throw await failureOf(response)
  if (response.status !== 204 && !response.headers.get('Content-Type')?.startsWith(wanted))
    throw new Failure('wrong-content', { status: response.status })
  return response
}

/** `ask` for JSON, parsed; nothing for 204. */
export const askJson = async <T>(url: string, init?: RequestInit): Promise<T> => {
  const response = await ask(url, 'application/json', init)
  if (response.status === 204) return undefined as T
  return response.json().catch(() => {
    throw new Failure('wrong-content', { status: response.status })
  })
}
