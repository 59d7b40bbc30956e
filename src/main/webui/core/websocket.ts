import { Failure } from './failure.ts'
import { frameOf } from './frame.ts'
import { type OpenTransport, withAfter } from './transport.ts'

/** The legacy WebSocket, there for the flag. */
export const openWebSocket: OpenTransport = ({ url, after }, listener) => {
  const socket = new WebSocket(withAfter(url.replace(/^http/, 'ws'), after))
  socket.onopen = () => listener.open()
  socket.onmessage = ({ data }) => listener.frame(frameOf(data))
  socket.onclose = ({ code: status }) =>
    // Every other code, 1006 of a refused handshake included, says too little: it is looked into.
    listener.lost(
      status === 4001
        ? new Failure('unauthorized', { status })
        : status === 4029
          ? new Failure('busy', { status })
          : undefined,
    )
  return {
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close()
    },
  }
}
