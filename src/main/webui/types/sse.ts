/** One image of a finished or growing request, as it travels. */
export interface SSEImage {
  url: string
  content_type: string
  file_name: string
  file_size: number
  width: number
  height: number
  /** A smaller one, where there is one. */
  thumbnail?: string
  /** Given with the same wishes it makes the same image. */
  seed?: number
  /** Not finished: what there is of it so far. */
  preview?: boolean
}

export interface SSEPayload {
  images?: SSEImage[]
  progress?: number
}

interface About<Payload> {
  request_id: string
  message?: string
  payload?: Payload
}

/** The request has ended well; nothing follows. */
export interface SSESuccess<Payload = SSEPayload> extends About<Payload> {
  status: 'OK'
}

/** The request has failed. Where it is `provisional`, the gateway only thinks so: a later word may still come, and wins. */
export interface SSEFailure<Payload = SSEPayload> extends About<Payload> {
  status: 'ERROR'
  provisional?: boolean
}

export interface SSEProgress<Payload = SSEPayload> extends About<Payload> {
  status: 'PROGRESS'
}

/** The one message of the protocol, the same over Server-Sent Events, WebSocket and polling; told apart by `status`. */
export type SSEMessage<Payload = SSEPayload> = SSESuccess<Payload> | SSEFailure<Payload> | SSEProgress<Payload>

/** What a subscriber wants to hear. Called once per update, never twice for the same one, never after `onSuccess` or
 *  a final `onError`. A handler that throws is reported and harms nobody else. */
export interface SSEHandlers {
  onSuccess?: (data: SSEMessage) => void
  /** Where `data.provisional` is set, more may follow. */
  onError?: (data: SSEMessage) => void
  onProgress?: (data: SSEMessage) => void
  /** The live connection went away; updates come late until it is back, none is lost. */
  onDisconnect?: () => void
}

export interface UseServerSentEventsReturn {
  /** A live stream is open (Server-Sent Events or WebSocket). While polling it is false. */
  isConnected: boolean
  /** How often the live connection was lost and had to be made again. */
  reconnectCount: number
  /** Hears of one request, or of all with `'*'`. Its latest known state is told at once, then what is new. */
  subscribe: (requestId: string, handlers: SSEHandlers) => () => void
  /** Lets go of the connection until `reconnect()`, or until a component mounts where there was none. */
  disconnect: () => void
}
