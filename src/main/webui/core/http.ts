import { Failure, failureOf, unanswered } from './failure.ts'

/** What is relative means one place for as long as the page lives, wherever its route goes. */
const resolved = new Map<string, string>()

/** Where the gateway is, without a slash at the end: the given base, or the root of the page's origin. */
export const baseOf = (base = '/'): string => {
  const page = globalThis.document?.baseURI
  if (!page) return base.replace(/\/$/, '')
  const known = /^\/|^[a-z][a-z\d+.-]*:/i.test(base) ? undefined : resolved.get(base)
  const found = known ?? new URL(base, page).href.replace(/\/$/, '')
  resolved.set(base, found)
  return found
}

const PATIENCE = 15_000

/** Fetches, cookies included; resolves with a good answer of the wanted media type, else throws a `Failure`. */
export const ask = async (url: string, wanted: string, init?: RequestInit): Promise<Response> => {
  const response = await fetch(url, {
    cache: 'no-store',
    credentials: 'include',
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
export const askJson = async <T>(url: string, init?: RequestInit, patience = PATIENCE): Promise<T> => {
  // Before 17.4 Safari has no AbortSignal.any.
  const closing = new AbortController()
  const abort = () => closing.abort()
  const timer = setTimeout(abort, patience)
  if (init?.signal?.aborted) abort()
  init?.signal?.addEventListener('abort', abort, closing)
  try {
    const response = await ask(url, 'application/json', { ...init, signal: closing.signal })
    if (response.status === 204) return undefined as T
    return await response.json().catch(() => {
      throw new Failure('wrong-content', { status: response.status })
    })
  } finally {
    clearTimeout(timer)
    abort()
  }
}
