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

/** The one message of the protocol, the same over Server-Sent Events, WebSocket and polling. */
export interface SSEMessage {
  request_id: string
  status: 'OK' | 'ERROR' | 'PROGRESS'
  message?: string
  payload?: {
    images?: SSEImage[]
    progress?: number
  }
}

/** What a subscriber wants to hear. Called once per update, never twice for the same one, never after `onSuccess` or
 *  `onError`. A handler that throws is reported and harms nobody else. */
export interface SSEHandlers {
  onSuccess?: (data: SSEMessage) => void
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
  /** Lets go of the connection until `reconnect()`. */
  disconnect: () => void
}
