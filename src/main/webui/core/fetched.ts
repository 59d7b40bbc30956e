import { Failure } from './failure.ts'
import { frameOf, KINDS } from './frame.ts'
import { ask } from './http.ts'
import { EventParser } from './parser.ts'
import { type OpenTransport, withAfter } from './transport.ts'

/**
 * The same stream by fetch: where headers are needed, where there is no EventSource, and where the browser's own was
 * refused, because this one can say why. Needs no second request for that: what is not refused is the stream.
 */
export const openFetched: OpenTransport = ({ url, after, headers }, listener) => {
  const closing = new AbortController()
  const { signal } = closing
  const parser = new EventParser(({ type, data, id }) => {
    if (!signal.aborted && KINDS.includes(type as never))
      listener.frame(frameOf(data, type, type === 'message' ? id : undefined))
  })
  const read = async () => {
    const response = await ask(withAfter(url, after), 'text/event-stream', { signal, headers })
    const reader = response.body?.getReader()
    if (!reader) throw new Failure('unsupported')
    listener.open()
    const decoder = new TextDecoder()
    for (;;) {
      const { done, value } = await reader.read()
      if (signal.aborted) return
      if (done) break
      parser.push(decoder.decode(value, { stream: true }))
    }
    // A truncated event at the end is none.
    listener.lost(new Failure('closed'))
  }
  read().catch(thrown => {
    if (!signal.aborted) listener.lost(thrown instanceof Failure ? thrown : new Failure('closed'))
  })
  return {
    close: () => closing.abort(),
  }
}
