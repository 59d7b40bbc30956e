import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { SSEImage, SSEMessage } from '../types/index.ts'

export interface MockGateway {
  /** For `base`. */
  readonly url: string
  /** What was submitted, in order; the first one is known as `job-1`. */
  readonly submitted: { requestId: string; params: Record<string, unknown>; cancelled: boolean }[]
  /** What else was asked, in order. */
  readonly asked: { method: string; path: string; authorization?: string }[]
  /** Event streams that are open at the moment. */
  readonly streams: number
  progress(requestId: string, progress: number): void
  /** Ends it well; without images with one of 1024 by 1024. */
  success(requestId: string, images?: SSEImage[]): void
  failure(requestId: string, message?: string): void
  /** Any message, also one that does not keep to the contract. */
  send(message: SSEMessage): void
  /** Cuts all streams, as a network would. */
  cut(): void
  /** Answers the next request to a path in another way: `refuse('/api/image-gen/requests', 503)`. */
  refuse(path: string, status: number, problem?: Record<string, unknown>): void
  stop(): Promise<void>
}

const PROBLEM = 'urn:problem-type:image-gen:'

/**
 * A gateway in memory, for tests of a page: it speaks the contract over Server-Sent Events and polling, to anybody who
 * asks, from any origin. For Node; what it needs is in Node.
 */
export const startMockGateway = async ({ user = 'alice' } = {}): Promise<MockGateway> => {
  const submitted: MockGateway['submitted'] = []
  const asked: MockGateway['asked'] = []
  const keys = new Map<string, string>()
  const log: SSEMessage[] = []
  const streams = new Set<ServerResponse>()
  const polls = new Set<() => void>()
  const refusals = new Map<string, { status: number; problem: object }[]>()

  const cursor = (sequence: number) => `mock.${sequence}`
  const sequence = (after?: string | null) => Number(after?.split('.')[1] ?? 0)
  const event = (message: SSEMessage, at: number) => `id: ${cursor(at)}\ndata: ${JSON.stringify(message)}\n\n`
  const send = (message: SSEMessage) => {
    const at = log.push(message)
    for (const stream of streams) stream.write(event(message, at))
    for (const wake of [...polls]) wake()
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://mock')
    const { method, headers } = request
    response.setHeader('Access-Control-Allow-Origin', headers.origin ?? '*')
    response.setHeader('Access-Control-Allow-Credentials', 'true')
    response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type, idempotency-key, last-event-id')
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE')
    const json = (status: number, body?: object, type = 'application/json') => {
      response.writeHead(status, body && { 'Content-Type': type })
      response.end(body && JSON.stringify(body))
    }
    const problem = (status: number, name: string, more = {}) =>
      json(status, { type: PROBLEM + name, title: name, status, ...more }, 'application/problem+json')
    if (method === 'OPTIONS') return json(204)
    asked.push({ method: method ?? '', path, authorization: headers.authorization })
    let body = ''
    for await (const piece of request) body += piece
    const refusal = refusals.get(path)?.shift()
    if (refusal) return problem(refusal.status, 'mock', refusal.problem)

    const after = headers['last-event-id']?.toString() ?? query.get('after')
    if (path === '/api/image-gen/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
      response.write('retry: 100\nevent: heartbeat\ndata: {"type":"ping","interval":15000}\n\n')
      if (after) response.write('event: resume\ndata: {"verdict":"complete"}\n\n')
      for (const [index, message] of log.entries()) {
        if (index >= sequence(after)) response.write(event(message, index + 1))
      }
      streams.add(response)
      response.on('close', () => streams.delete(response))
      return
    }
    if (path === '/api/image-gen/updates') {
      const news = () => log.map((message, index) => ({ id: cursor(index + 1), ...message })).slice(sequence(after))
      if (!news().length && Number(query.get('wait'))) {
        await new Promise<void>(done => {
          const wake = () => {
            clearTimeout(patience)
            polls.delete(wake)
            done()
          }
          const patience = setTimeout(wake, Number(query.get('wait')) * 1000)
          polls.add(wake)
          response.on('close', wake)
        })
      }
      return json(200, { updates: news(), next: cursor(log.length) })
    }
    if (path === '/api/image-gen/transport') return json(200, { transport: 'sse', url: '/api/image-gen/events' })
    if (path === '/api/image-gen/telemetry') return json(204)
    if (path === '/api/image-gen/session') {
      return method === 'DELETE' ? json(204) : json(200, { user, expires_at: '2100-01-01T00:00:00Z' })
    }
    if (path === '/api/image-gen/requests' && method === 'POST') {
      const key = String(headers['idempotency-key'] ?? submitted.length)
      const requestId = keys.get(key) ?? `job-${submitted.length + 1}`
      if (!keys.has(key)) submitted.push({ requestId, params: JSON.parse(body), cancelled: false })
      keys.set(key, requestId)
      return json(202, { request_id: requestId })
    }
    const id = /^\/api\/image-gen\/requests\/([^/]+)$/.exec(path)?.[1]
    const job = submitted.find(({ requestId }) => requestId === id)
    if (!id || !job) return problem(404, id ? 'unknown-request' : 'not-found')
    if (method === 'DELETE') {
      job.cancelled = true
      return json(204)
    }
    json(200, log.findLast(({ request_id }) => request_id === id) ?? { request_id: id, status: 'PROGRESS' })
  }

  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}`,
    submitted,
    asked,
    get streams() {
      return streams.size
    },
    send,
    progress: (requestId, progress) => send({ request_id: requestId, status: 'PROGRESS', payload: { progress } }),
    success: (requestId, images = [imageOf(requestId)]) =>
      send({ request_id: requestId, status: 'OK', payload: { images } }),
    failure: (requestId, message) => send({ request_id: requestId, status: 'ERROR', message }),
    cut() {
      for (const stream of streams) stream.socket?.destroy()
    },
    refuse(path, status, more = {}) {
      refusals.set(path, [...(refusals.get(path) ?? []), { status, problem: more }])
    },
    async stop() {
      const closed = new Promise(done => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

const imageOf = (requestId: string): SSEImage => ({
  url: `/images/${requestId}.png`,
  content_type: 'image/png',
  file_name: `${requestId}.png`,
  file_size: 1,
  width: 1024,
  height: 1024,
})
