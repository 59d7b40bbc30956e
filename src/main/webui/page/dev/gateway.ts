/**
 * The gateway's contract in one process and in memory, for work on the page without the WAR: serves the built page with
 * the policy of the real one, signs anybody in, and makes images of nothing.
 *
 *   npm run build && PORT=8088 SESSION=900 node page/dev/gateway.ts [folder of the built page]
 *
 * A prompt with "fail" ends in an error, one with "quota" is refused as too many, one with "slow" takes a minute, one with "stuck" never starts. SESSION is how
 * long a session lasts, in seconds; IDENTITY=none switches the embedded identity off.
 */
import { randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Job, Jobs } from './jobs.ts'
import { paint } from './png.ts'

export interface Options {
  /** 0: any free one. */
  port?: number
  /** Of the built page. */
  folder: string
  /** How long a session lasts, in seconds. */
  lifetime?: number
  /** False: there is no embedded identity. */
  identity?: boolean
  /** Images in half a second, for tests. */
  quick?: boolean
}

const POLICY =
  "default-src 'self'; img-src 'self' https: http: data: blob:; style-src 'self'; script-src 'self'; connect-src 'self'; " +
  "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
}
const HEARTBEAT = 5_000
const WARNING = 30_000

/** The token itself says who and until when; nobody checks it, this is no place for secrets. */
interface Session {
  user: string
  expires: number
}

const tokenOf = ({ user, expires }: Session): string => `${encodeURIComponent(user)}~${expires}`

const sessionOf = (token = ''): Session | undefined => {
  const [user, expires] = token.split('~')
  return user && Number(expires) > Date.now() ? { user: decodeURIComponent(user), expires: Number(expires) } : undefined
}

const bearerOf = ({ headers }: IncomingMessage) => headers.authorization?.replace('Bearer ', '')
const cookieOf = ({ headers }: IncomingMessage) => /image-gen-session=([^;]+)/.exec(headers.cookie ?? '')?.[1]
const cursorOf = (sequence: number) => `dev.${sequence}`
const sequenceOf = (cursor?: string | null) => Number(cursor?.split('.')[1] ?? 0)
const seedOf = (text: string) => [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9973, 7)
const updateOf = (job: Job) => ({ ...job.message, id: cursorOf(job.sequence) })

const json = (response: ServerResponse, status: number, body: unknown, type = 'application/json'): void => {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body))
}

const problem = (
  response: ServerResponse,
  status: number,
  name: string,
  title: string,
  headers: Record<string, string> = {},
): void => {
  for (const [header, value] of Object.entries(headers)) response.setHeader(header, value)
  json(response, status, { type: `urn:problem-type:image-gen:${name}`, title, status }, 'application/problem+json')
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const part of request) text += part
  return text
}

/** Serves until it is stopped, or the process ends. */
export const startGateway = async (options: Options): Promise<{ url: string; stop: () => Promise<void> }> => {
  const { port = 0, folder, identity = true, lifetime = 900, quick = false } = options
  const jobs = new Jobs(quick)

  const page = (response: ServerResponse, pathname: string) => {
    const path = normalize(pathname === '/' ? '/index.html' : pathname)
    const file = join(folder, path)
    if (!existsSync(file)) return problem(response, 404, 'not-found', 'There is nothing here.')
    response.writeHead(200, {
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
    })
    createReadStream(file).pipe(response)
  }

  const picture = (response: ServerResponse, name: string, query: URLSearchParams): void => {
    response.writeHead(200, { 'Content-Type': 'image/png', 'Cache-Control': 'max-age=3600' })
    response.end(paint(seedOf(name), Number(query.get('w')), Number(query.get('h'))))
  }

  const token = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!identity) return problem(response, 404, 'not-found', 'There is nothing here.')
    const user = new URLSearchParams(await bodyOf(request)).get('username') ?? ''
    const access_token = tokenOf({ user, expires: Date.now() + lifetime * 1000 })
    json(response, 200, { access_token, token_type: 'Bearer', expires_in: lifetime })
  }

  const events = (request: IncomingMessage, response: ServerResponse, session: Session, after: string | null): void => {
    const { user, expires } = session
    const cursor = request.headers['last-event-id']?.toString() ?? after
    const send = (event: string, data: unknown, id?: string) =>
      response.write(`event: ${event}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`)
    const tell = (job: Job) => send('message', job.message, cursorOf(job.sequence))
    const left = expires - Date.now()
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' })
    response.write('retry: 3000\n\n')
    if (cursor) send('resume', { verdict: 'complete' })
    for (const job of jobs.since(user, sequenceOf(cursor))) tell(job)
    const leave = jobs.read(user, tell)
    const beat = setInterval(() => send('heartbeat', { type: 'ping' }), HEARTBEAT)
    const warn = setTimeout(
      () => send('session', { state: 'expiring', expires_at: new Date(expires).toISOString() }),
      Math.max(0, left - WARNING),
    )
    const end = setTimeout(() => {
      send('session', { state: 'expired' })
      response.end()
    }, left)
    response.on('close', () => {
      leave()
      clearInterval(beat)
      clearTimeout(warn)
      clearTimeout(end)
    })
  }

  const updates = async (response: ServerResponse, { user }: Session, query: URLSearchParams): Promise<void> => {
    const after = query.get('after')
    const wait = Number(query.get('wait'))
    if (wait && !jobs.since(user, sequenceOf(after)).length) {
      await new Promise<void>(done => {
        const patience = setTimeout(done, wait * 1000)
        const leave = jobs.read(user, () => done())
        response.on('close', () => {
          leave()
          clearTimeout(patience)
        })
      })
    }
    const found = jobs.since(user, sequenceOf(after)).map(updateOf)
    json(response, 200, { updates: found, next: found.at(-1)?.id ?? after ?? cursorOf(jobs.sequence) })
  }

  const requests = async (request: IncomingMessage, response: ServerResponse, { user }: Session, id?: string) => {
    if (!id) {
      const key = request.headers['idempotency-key']?.toString() ?? randomUUID()
      const params = JSON.parse(await bodyOf(request))
      if (params.prompt.includes('quota')) {
        return problem(response, 429, 'backend-limit', 'No more than 100 images a day.', { 'Retry-After': '3600' })
      }
      return json(response, 202, { request_id: jobs.submit(user, params, key).id })
    }
    const job = jobs.find(id, user)
    if (!job) return problem(response, 404, 'unknown-request', 'There is no such request.')
    if (request.method !== 'DELETE') return json(response, 200, job.message)
    jobs.cancel(job)
    response.writeHead(204).end()
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const [, image] = /^\/v1\/image-gen\/images\/(.+)\.png$/.exec(pathname) ?? []
    if (image) return picture(response, image, searchParams)
    if (!pathname.startsWith('/api/')) return page(response, pathname)
    if (pathname === '/api/embedded/token') return token(request, response)
    if (pathname === '/api/image-gen/session' && request.method === 'DELETE') {
      response.writeHead(204, { 'Set-Cookie': 'image-gen-session=; Max-Age=0; Path=/' }).end()
      return
    }
    const bearer = bearerOf(request)
    const session = sessionOf(bearer ?? cookieOf(request))
    const [, what, id] = /^\/api\/image-gen\/(\w+)(?:\/(.+))?$/.exec(pathname) ?? []
    if (what === 'session' && request.method === 'GET' && !bearer && !cookieOf(request)) {
      response.writeHead(204).end()
      return
    }
    if (!session) return problem(response, 401, 'token-missing', 'Sign in first.')
    switch (what) {
      case 'session':
        if (bearer) response.setHeader('Set-Cookie', `image-gen-session=${bearer}; HttpOnly; SameSite=Strict; Path=/`)
        return json(response, 200, { user: session.user, expires_at: new Date(session.expires).toISOString() })
      case 'transport':
        return json(response, 200, {
          transport: 'sse',
          url: '/api/image-gen/events',
          reason: 'image-gen.transport=sse',
        })
      case 'events':
        return events(request, response, session, searchParams.get('after'))
      case 'updates':
        return updates(response, session, searchParams)
      case 'requests':
        return requests(request, response, session, id)
      case 'telemetry':
        response.writeHead(204).end()
        return
      default:
        return problem(response, 404, 'not-found', 'There is nothing here.')
    }
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(thrown => {
      console.error(thrown)
      if (!response.headersSent) problem(response, 500, 'internal', 'Something went wrong.')
    })
  })
  const webSockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    const session = sessionOf(cookieOf(request))
    if (!session) return void socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
    webSockets.handleUpgrade(request, socket, head, (opened: WebSocket) => {
      const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
      const tell = (job: Job) => opened.send(JSON.stringify(updateOf(job)))
      for (const job of jobs.since(session.user, sequenceOf(searchParams.get('after')))) tell(job)
      const leave = jobs.read(session.user, tell)
      const beat = setInterval(() => opened.send(JSON.stringify({ event: 'heartbeat', type: 'ping' })), HEARTBEAT)
      opened.on('close', () => {
        leave()
        clearInterval(beat)
      })
    })
  })
  await new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${bound}/`,
    stop: async () => {
      jobs.stop()
      const closed = new Promise(done => server.close(done))
      for (const opened of webSockets.clients) opened.terminate()
      server.closeAllConnections()
      await closed
    },
  }
}

if (import.meta.main) {
  const { PORT, SESSION, IDENTITY } = process.env
  const { url } = await startGateway({
    port: Number(PORT ?? 8088),
    folder: process.argv[2] ?? fileURLToPath(new URL('../../../../../target/webui', import.meta.url)),
    lifetime: SESSION ? Number(SESSION) : undefined,
    identity: IDENTITY !== 'none',
  })
  console.log(url)
}
