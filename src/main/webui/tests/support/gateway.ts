import { EventEmitter } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { SSEMessage, TransportName } from '../../types/index.ts'

/** How long a test waits for what must happen, on however busy a machine. */
export const PATIENCE = 20_000

type Answer = (request: IncomingMessage, response: ServerResponse) => void

export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
}

interface Logged {
  id: string
  message: SSEMessage
}

/**
 * The gateway as the page sees it, in the hands of a test: it speaks the contract, and it misbehaves when told to.
 * Whatever happens here is an event, so that tests wait for things and not for time.
 */
export class Gateway {
  readonly asked: Asked[] = []
  readonly #changed = new EventEmitter().setMaxListeners(0)
  readonly #sockets = new Set<Socket>()
  readonly #files: Map<string, string>
  readonly #streams = new Set<ServerResponse>()
  readonly #webSockets = new Set<WebSocket>()
  readonly #polls = new Set<() => void>()
  readonly #answers = new Map<string, Answer>()
  readonly #keys = new Map<string, string>()
  #server?: Server
  #log: Logged[] = []
  #sequence = 0
  /** From here on cursors are known; older ones are a gap. */
  #epoch = 'a'
  port = 0
  transport: TransportName = 'sse'
  /** Milliseconds that the browser's EventSource waits before its own retry. */
  retry = 30
  opened = 0

  constructor(files: Map<string, string>) {
    this.#files = new Map(files)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Open live connections. */
  get live(): number {
    return this.#streams.size + this.#webSockets.size
  }

  get polling(): number {
    return this.#polls.size
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response))
    this.#server = server
    server.keepAliveTimeout = 500
    server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    const webSockets = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request, socket, head) => {
      const { path, query } = this.#note(request, '')
      if (this.transport !== 'websocket' || this.#answers.has(path)) {
        socket.end('HTTP/1.1 409 Conflict\r\nConnection: close\r\n\r\n')
        return
      }
      webSockets.handleUpgrade(request, socket, head, opened => {
        this.#webSockets.add(opened)
        this.opened++
        opened.on('close', () => {
          this.#webSockets.delete(opened)
          this.#tick()
        })
        const after = query.get('after')
        if (after) opened.send(JSON.stringify({ event: 'resume', verdict: this.#knows(after) ? 'complete' : 'gap' }))
        for (const logged of this.#since(after)) opened.send(JSON.stringify({ id: logged.id, ...logged.message }))
        this.#tick()
      })
    })
    await new Promise<void>(done => server.listen(this.port, '127.0.0.1', done))
    this.port = (server.address() as AddressInfo).port
  }

  /** As a killed process: every connection is reset. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = new Promise(done => server.close(done))
    for (const socket of this.#sockets) socket.resetAndDestroy()
    server.closeAllConnections()
    await closed
  }

  /** Resolves as soon as it holds. */
  async until(holds: () => boolean, what = String(holds)): Promise<void> {
    if (holds()) return
    await new Promise<void>((done, fail) => {
      const patience = setTimeout(() => fail(new Error(`never came true: ${what}`)), PATIENCE)
      const look = () => {
        if (!holds()) return
        clearTimeout(patience)
        this.#changed.off('change', look)
        done()
      }
      this.#changed.on('change', look)
    })
  }

  /** How often this path was asked for, with a method if it matters. */
  count(path: string, method?: string): number {
    return this.asked.filter(it => it.path === path && (!method || it.method === method)).length
  }

  last(path: string): Asked | undefined {
    return this.asked.findLast(it => it.path === path)
  }

  // What it does

  publish(message: SSEMessage): string {
    const logged = { id: `${this.#epoch}.${++this.#sequence}`, message }
    this.#log = [...this.#log.filter(it => it.message.request_id !== message.request_id), logged]
    for (const stream of this.#streams) stream.write(eventOf(logged))
    for (const socket of this.#webSockets) socket.send(JSON.stringify({ id: logged.id, ...message }))
    for (const wake of [...this.#polls]) wake()
    return logged.id
  }

  progress(request_id: string, progress: number): string {
    return this.publish({ request_id, status: 'PROGRESS', payload: { progress } })
  }

  success(request_id: string, url = `/images/${request_id}.png`): string {
    return this.publish({ request_id, status: 'OK', payload: { images: [imageAt(url)] } })
  }

  failure(request_id: string, message = 'Invalid status code: 422'): string {
    return this.publish({ request_id, status: 'ERROR', message })
  }

  /** A control event on every live connection. */
  say(event: string, data: object): void {
    for (const stream of this.#streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    for (const socket of this.#webSockets) socket.send(JSON.stringify({ event, ...data }))
  }

  /** Bytes on every live stream, sense or not. */
  write(bytes: string): void {
    for (const stream of this.#streams) stream.write(bytes)
    for (const socket of this.#webSockets) socket.send(bytes)
  }

  /** Again what was sent before, with the same id. */
  repeat(id: string): void {
    const logged = this.#log.find(it => it.id === id)
    if (logged) this.write(eventOf(logged))
  }

  /** Ends every live connection in good order. */
  hangUp(code = 1001): void {
    for (const stream of this.#streams) stream.end()
    for (const socket of this.#webSockets) socket.close(code)
  }

  /** Resets every live connection. */
  cut(): void {
    for (const stream of this.#streams) stream.socket?.resetAndDestroy()
    for (const socket of this.#webSockets) socket.terminate()
  }

  /** Switches to another transport as an operator's edit of the flag does. */
  flag(transport: TransportName): void {
    this.transport = transport
    this.say('transport', { transport, url: '', reason: 'the test says so' })
    for (const wake of [...this.#polls]) wake()
  }

  /** History is lost: every cursor given so far is unknown from now on. */
  forget(): void {
    this.#epoch = String.fromCharCode(this.#epoch.charCodeAt(0) + 1)
    this.#log = []
    this.#keys.clear()
  }

  // What it may do wrong

  /** Answers a path in the given way until it `behaves` again. */
  answers(path: string, answer: Answer): void {
    this.#answers.set(path, answer)
  }

  refuses(path: string, status: number, { headers = {}, ...problem }: Record<string, unknown> = {}): void {
    this.answers(path, (_, response) => {
      response.writeHead(status, { 'Content-Type': 'application/problem+json', ...(headers as object) })
      response.end(JSON.stringify({ type: `urn:problem-type:image-gen:test-${status}`, status, ...problem }))
    })
  }

  /** Takes the request and never answers. */
  staysMute(path: string): void {
    this.answers(path, () => {})
  }

  answersWithHtml(path: string): void {
    this.answers(path, (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' })
      response.end('<h1>Welcome to our free wireless network</h1>')
    })
  }

  /** As a server whose CORS rules let any page use it, a sandboxed frame's included. */
  letsAnyOrigin = false

  /** Serves other scripts from now on. */
  serves(files: Iterable<[string, string]>): void {
    for (const [name, text] of files) this.#files.set(name, text)
  }

  /** The same page as of a later deployment: other addresses of all scripts. */
  deploys(): string {
    for (const [name, text] of [...this.#files]) this.#files.set(`next/${name}`, text)
    return `${this.url}/next/`
  }

  /** Serves a script no longer. */
  lose(file: string): void {
    this.#files.delete(file)
  }

  behaves(path?: string): void {
    if (path) this.#answers.delete(path)
    else this.#answers.clear()
  }

  #tick(): void {
    this.#changed.emit('change')
  }

  #note(request: IncomingMessage, body: string): Asked {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
    const asked = { method: request.method ?? '', path: pathname, query: searchParams, headers: request.headers, body }
    this.asked.push(asked)
    queueMicrotask(() => this.#tick())
    return asked
  }

  #knows(cursor: string): boolean {
    return cursor.startsWith(`${this.#epoch}.`)
  }

  #since(cursor: string | null | undefined): Logged[] {
    if (!cursor || !this.#knows(cursor)) return this.#log
    const sequence = Number(cursor.split('.')[1])
    return this.#log.filter(it => Number(it.id.split('.')[1]) > sequence)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += chunk
    if (this.letsAnyOrigin) {
      response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*')
      response.setHeader('Access-Control-Allow-Credentials', 'true')
      response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type, idempotency-key')
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE')
      if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    }
    const { path, query, method } = this.#note(request, body)
    if (path === '/elsewhere') return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>elsewhere')
    const isPage = path === '/' || path === '/next/'
    const file = isPage ? '' : this.#files.get(path.slice(1))
    if (file !== undefined) {
      const type = isPage ? 'text/html' : 'text/javascript'
      response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'max-age=60' })
      response.end(
        file ||
          '<!doctype html><link rel="icon" href="data:,"><title>test</title><div id="root"></div>' +
            '<script type="module" src="entry.js"></script>',
      )
      return
    }
    const told = this.#answers.get(path)
    if (told) return told(request, response)
    if (path === '/api/image-gen/events') return this.#stream(request, response, query)
    if (path === '/api/image-gen/updates') return this.#poll(request, response, query)
    const json = (status: number, data: object) => {
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(data))
    }
    if (path === '/api/image-gen/telemetry') return void response.writeHead(204).end()
    if (path === '/api/image-gen/transport') return json(200, { transport: this.transport, url: '', reason: '' })
    if (path === '/api/embedded/token')
      return json(200, { access_token: 'token', token_type: 'Bearer', expires_in: 60 })
    if (path === '/api/image-gen/session') {
      if (method !== 'DELETE') return json(200, { user: 'alice', expires_at: '2030-01-01T00:00:00Z' })
      response.writeHead(204).end()
      return
    }
    if (path === '/api/image-gen/requests') {
      const key = String(request.headers['idempotency-key'])
      const request_id = this.#keys.get(key) ?? `job-${this.#keys.size + 1}`
      this.#keys.set(key, request_id)
      return json(202, { request_id })
    }
    const id = path.match(/^\/api\/image-gen\/requests\/(.+)$/)?.[1]
    if (id && method === 'DELETE') {
      response.writeHead(204).end()
      return
    }
    const found = this.#log.find(it => it.message.request_id === id)
    if (found) return json(200, found.message)
    if (id && [...this.#keys.values()].includes(id)) return json(200, { request_id: id, status: 'PROGRESS' })
    response.writeHead(404, { 'Content-Type': 'application/problem+json' })
    response.end(JSON.stringify({ type: 'urn:problem-type:image-gen:unknown-request', title: 'Unknown', status: 404 }))
  }

  #stream(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    if (this.transport !== 'sse') {
      response.writeHead(409, { 'Content-Type': 'application/problem+json' })
      response.end(
        JSON.stringify({ type: 'urn:problem-type:image-gen:transport-switched-off', transport: this.transport }),
      )
      return
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
    response.write(`retry: ${this.retry}\n\n`)
    const cursor = request.headers['last-event-id'] ?? query.get('after')
    if (cursor) {
      const verdict = this.#knows(String(cursor)) ? 'complete' : 'gap'
      response.write(`event: resume\ndata: {"verdict":"${verdict}"}\n\n`)
    }
    for (const logged of this.#since(cursor as string | null)) response.write(eventOf(logged))
    this.#streams.add(response)
    this.opened++
    response.on('close', () => {
      this.#streams.delete(response)
      this.#tick()
    })
    this.#tick()
  }

  #poll(_: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const after = query.get('after')
    const answer = () => {
      this.#polls.delete(answer)
      clearTimeout(waiting)
      const updates = this.#since(after).map(({ id, message }) => ({ id, ...message }))
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.end(
        JSON.stringify({
          updates,
          next: updates.at(-1)?.id ?? after ?? `${this.#epoch}.${this.#sequence}`,
          resume: after ? { verdict: this.#knows(after) ? 'complete' : 'gap' } : undefined,
          transport: { transport: this.transport, url: '' },
        }),
      )
      this.#tick()
    }
    const wait = Number(query.get('wait')) * 1000
    const ready = this.#since(after).length > 0 || !wait
    const waiting = setTimeout(answer, ready ? 0 : wait)
    if (ready) return
    this.#polls.add(answer)
    response.on('close', () => {
      this.#polls.delete(answer)
      clearTimeout(waiting)
    })
  }
}

const eventOf = ({ id, message }: Logged): string => `event: message\nid: ${id}\ndata: ${JSON.stringify(message)}\n\n`

export const imageAt = (url: string) => ({
  url,
  content_type: 'image/png',
  file_name: 'image.png',
  file_size: 1824075,
  width: 1024,
  height: 1024,
})
