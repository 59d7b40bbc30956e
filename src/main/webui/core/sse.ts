import { frameOf, KINDS } from './frame.ts'
import { type OpenTransport, withAfter } from './transport.ts'

/** The browser's own EventSource; the cursor goes as a query parameter, because it can't set headers itself. */
export const openSse: OpenTransport = ({ url, after }, listener) => {
  const source = new EventSource(withAfter(url, after), { withCredentials: true })
  let opened = false
  source.onopen = () => {
    opened = true
    listener.open()
  }
  source.onerror = () => {
    // [HTML, 9.2.3] CONNECTING: the browser reestablishes, with Last-Event-ID and the server's `retry:`. It is left to do
    // so once; where it never was open, or that failed too, our own backoff takes over.
    if (opened && source.readyState === EventSource.CONNECTING) {
      opened = false
      listener.resuming()
    } else {
      source.close()
      listener.lost()
    }
  }
  for (const kind of KINDS) {
    source.addEventListener(kind, ({ data, lastEventId }) =>
      listener.frame(frameOf(data, kind, kind === 'message' ? lastEventId : undefined)),
    )
  }
  return source
}
