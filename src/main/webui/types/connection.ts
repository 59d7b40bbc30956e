export type TransportName = 'sse' | 'websocket' | 'polling'

/**
 * idle: nobody wants it, or `disconnect()`. connecting: first try. open: live. waiting: next try at `nextRetryAt`.
 * polling: updates by polling, live tried again now and then. moved: the server named another transport, going there.
 * expired: signed out, needs a token. failed: refused for good, `reconnect()` tries again. paused: hidden for long with
 * nothing pending.
 */
export type ConnectionState =
  | 'idle'
  | 'connecting'
  | 'open'
  | 'waiting'
  | 'polling'
  | 'moved'
  | 'expired'
  | 'failed'
  | 'paused'

/** Why the connection is not what it should be. */
export type FailureKind =
  | 'offline'
  | 'unreachable'
  | 'silent'
  | 'closed'
  | 'unauthorized'
  | 'forbidden'
  | 'busy'
  | 'unavailable'
  | 'wrong-content'
  | 'moved'
  | 'unsupported'
  | 'refused'
  /** A part of the page's own code is no longer there: the server has a newer page. */
  | 'outdated'
  /** The connection is good; the job was not. */
  | 'failed'

export interface ConnectionFailure {
  kind: FailureKind
  /** A sentence for a person. */
  message: string
  /** HTTP status or WebSocket close code, where there was one. */
  status?: number
  /** The problem document's type, as `urn:problem-type:image-gen:NAME`. */
  type?: string
  at: number
}

/** Who holds the connection: one worker for all tabs, one of the tabs, or each tab its own. */
export type Sharing = 'worker' | 'tabs' | 'none'

/** What the server last said about the session. */
export interface SessionNotice {
  state: 'expiring' | 'renewed' | 'expired'
  expires_at?: string
}

/** A picture of the connection at one moment; a new object whenever something changed. Times are epoch milliseconds. */
export interface ConnectionSnapshot {
  state: ConnectionState
  /** The transport that carries updates, or that is being tried. */
  transport: TransportName
  isConnected: boolean
  reconnectCount: number
  /** Tries in a row that failed. */
  attempt: number
  /** When the next try comes, while `waiting` or `polling`. */
  nextRetryAt?: number
  lastError?: ConnectionFailure
  /** The cursor: where a new connection goes on. */
  lastEventId?: string
  /** When anything, a heartbeat included, was last heard. */
  lastSeenAt?: number
  /** When the connection was last opened. */
  openedAt?: number
  session?: SessionNotice
  sharing: Sharing
}

export interface TransportStats {
  opens: number
  reconnects: number
  messages: number
  errors: number
  /** Milliseconds from the try to the open connection, of the last one. */
  openMs?: number
  /** Milliseconds from the try to the first event of any kind, of the last one. */
  firstEventMs?: number
  /** Milliseconds from the accepted POST to the first update of that request; the last 50. */
  latencies: number[]
}

export interface RecentEvent {
  at: number
  transport: TransportName
  kind: 'message' | 'heartbeat' | 'resume' | 'transport' | 'session' | 'invalid'
  requestId?: string
  /** Milliseconds since the event before. */
  gapMs: number
}

export interface Stats {
  transports: Record<TransportName, TransportStats>
  /** The last 60 events, oldest first. */
  recent: RecentEvent[]
  /** Updates dropped because they had been seen. */
  repeats: number
  /** Frames that made no sense; reported, skipped. */
  invalid: number
}
