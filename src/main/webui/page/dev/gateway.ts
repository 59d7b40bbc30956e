/**
 * The gateway's contract in one process and in memory, for work on the page without the WAR: serves the built page with
 * the policy of the real one, signs anybody in, and makes images of nothing.
 *
 *   npm run build && PORT=8088 SESSION=900 node page/dev/gateway.ts [folder of the built page]
 *
 * A prompt with "fail" ends in an error, one with "slow" takes a minute, one with "stuck" never starts. SESSION is how
 * long a session lasts, in seconds; IDENTITY=none switches the embedded identity off.
 */
import { randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type WebSocket, WebSocketServer } from 'ws'
import type { GenerationParams, SSEImage, SSEMessage } from '../../types/index.ts'
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
  "worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

interface Job {
  user: string
  params: GenerationParams
  message: SSEMessage
  sequence: number
  timer?: NodeJS.Timeout
}

interface Session {
  user: string
  expires: number
}

type Reader = (job: Job) => void

/** Serves until the process ends; resolves with the address and a way to end it before. */
export const startGateway = async (options: Options): Promise<{ url: string; stop: () => Promise<void> }> => {
  const { port = 0, folder, identity = true, quick = false } = options
  const pace = quick ? 60 : 240
  const lifetime = (options.lifetime ?? 900) * 1000
  const jobs = new Map<string, Job>()
  const keys = new Map<string, string>()
  const readers = new Map<Reader, string>()
  let sequence = 0

  const publish = (id: string, change: Partial<SSEMessage>): void => {
    const job = jobs.get(id)
    if (!job) return
    job.message = { ...job.message, ...change }
    job.sequence = ++sequence
    for (const [reader, user] of readers) if (user === job.user) reader(job)
  }

  const run = (id: string, { params }: Job): void => {
    const { prompt, count = 1, width, height } = params
    if (prompt.includes('stuck')) return
    const step = prompt.includes('slow') ? 0.4 : quick ? 16 : 7
    let progress = 0
    const tick = () => {
      const job = jobs.get(id)
      if (!job) return
      progress += step * (0.4 + Math.random())
      if (prompt.includes('fail') && progress > 55) {
        publish(id, { status: 'ERROR', message: 'Invalid status code: 422', payload: undefined })
      } else if (progress >= 100) {
        const images = Array.from({ length: count }, (_, n): SSEImage => {
          const name = `${id}-${n}.png`
          return {
            url: `/v1/image-gen/images/${name}?w=${width}&h=${height}`,
            content_type: 'image/png',
            file_name: name,
            file_size: 1_824_075,
            width,
            height,
          }
        })
        publish(id, { status: 'OK', payload: { images } })
      } else {
        publish(id, { status: 'PROGRESS', payload: { progress: Math.round(progress) } })
        job.timer = setTimeout(tick, pace)
      }
    }
    setTimeout(tick, pace)
  }

  const seedOf = (text: string) => [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9973, 7)

  const sessionOf = (text = ''): Session | undefined => {
    const [user, expires] = text.split('~')
    return user && Number(expires) > Date.now()
      ? { user: decodeURIComponent(user), expires: Number(expires) }
      : undefined
  }

  const cookieOf = ({ headers }: IncomingMessage) => /image-gen-session=([^;]+)/.exec(headers.cookie ?? '')?.[1]

  const json = (response: ServerResponse, status: number, body?: unknown, type = 'application/json') => {
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }

  const problem = (response: ServerResponse, status: number, name: string, title: string) =>
    json(response, status, { type: `urn:problem-type:image-gen:${name}`, title, status }, 'application/problem+json')

  const bodyOf = async (request: IncomingMessage): Promise<string> => {
    let text = ''
    for await (const part of request) text += part
    return text
  }

  const since = (user: string, after: string | null): Job[] =>
    [...jobs.values()]
      .filter(job => job.user === user && job.sequence > Number(after?.split('.')[1] ?? 0))
      .sort((a, b) => a.sequence - b.sequence)

  const cursorOf = ({ sequence: at }: { sequence: number }) => `dev.${at}`

  const events = (
    request: IncomingMessage,
    response: ServerResponse,
    { user, expires }: Session,
    after: string | null,
  ) => {
    const cursor = request.headers['last-event-id']?.toString() ?? after
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' })
    const send = (event: string, data: unknown, id?: string) =>
      response.write(`event: ${event}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`)
    response.write('retry: 3000\n\n')
    if (cursor) send('resume', { verdict: 'complete' })
    const reader: Reader = job => send('message', job.message, cursorOf(job))
    for (const job of since(user, cursor)) reader(job)
    readers.set(reader, user)
    const beat = setInterval(() => send('heartbeat', { type: 'ping' }), 5000)
    const warn = setTimeout(
      () => send('session', { state: 'expiring', expires_at: new Date(expires).toISOString() }),
      Math.max(0, expires - 30_000 - Date.now()),
    )
    const end = setTimeout(() => {
      send('session', { state: 'expired' })
      response.end()
    }, expires - Date.now())
    response.on('close', () => {
      readers.delete(reader)
      clearInterval(beat)
      clearTimeout(warn)
      clearTimeout(end)
    })
  }

  const updates = async (response: ServerResponse, { user }: Session, query: URLSearchParams) => {
    const after = query.get('after')
    if (!since(user, after).length && query.get('wait') !== '0') {
      await new Promise<void>(done => {
        const reader: Reader = () => {
          readers.delete(reader)
          clearTimeout(patience)
          done()
        }
        const patience = setTimeout(done, Number(query.get('wait')) * 1000)
        readers.set(reader, user)
        response.on('close', () => readers.delete(reader))
      })
    }
    const found = since(user, after).map(job => ({ ...job.message, id: cursorOf(job) }))
    json(response, 200, { updates: found, next: found.at(-1)?.id ?? after ?? cursorOf({ sequence }) })
  }

  const submit = async (request: IncomingMessage, response: ServerResponse, { user }: Session) => {
    const params = JSON.parse(await bodyOf(request)) as GenerationParams
    const key = String(request.headers['idempotency-key'] ?? randomUUID())
    const known = keys.get(key)
    const id = known ?? randomUUID()
    if (!known) {
      keys.set(key, id)
      const job: Job = {
        user,
        params,
        message: { request_id: id, status: 'PROGRESS', payload: { progress: 0 } },
        sequence: ++sequence,
      }
      jobs.set(id, job)
      run(id, job)
    }
    json(response, 202, { request_id: id })
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method } = request
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/api/embedded/token') {
      if (!identity) return problem(response, 404, 'not-found', 'There is nothing here.')
      const username = new URLSearchParams(await bodyOf(request)).get('username')
      const token = `${encodeURIComponent(username ?? '')}~${Date.now() + lifetime}`
      return json(response, 200, { access_token: token, token_type: 'Bearer', expires_in: lifetime / 1000 })
    }
    if (pathname === '/api/image-gen/session' && method === 'DELETE') {
      response.setHeader('Set-Cookie', 'image-gen-session=; Max-Age=0; Path=/')
      response.writeHead(204).end()
      return
    }
    const picture = /^\/v1\/image-gen\/images\/(.+)\.png$/.exec(pathname)
    if (picture) {
      response.writeHead(200, { 'Content-Type': 'image/png', 'Cache-Control': 'max-age=3600' })
      response.end(paint(seedOf(picture[1] ?? ''), Number(searchParams.get('w')), Number(searchParams.get('h'))))
      return
    }
    if (!pathname.startsWith('/api/')) return page(response, pathname)

    const bearer = request.headers.authorization?.replace('Bearer ', '')
    const session = sessionOf(bearer ?? cookieOf(request))
    if (!session) return problem(response, 401, 'token-missing', 'Sign in first.')
    const told = { user: session.user, expires_at: new Date(session.expires).toISOString() }
    const [, id] = /^\/api\/image-gen\/requests\/(.+)$/.exec(pathname) ?? []
    const job = id ? jobs.get(id) : undefined
    if (pathname === '/api/image-gen/session') {
      if (bearer) response.setHeader('Set-Cookie', `image-gen-session=${bearer}; HttpOnly; SameSite=Strict; Path=/`)
      json(response, 200, told)
    } else if (pathname === '/api/image-gen/transport') {
      json(response, 200, { transport: 'sse', url: '/api/image-gen/events', reason: 'image-gen.transport=sse' })
    } else if (pathname === '/api/image-gen/events') {
      events(request, response, session, searchParams.get('after'))
    } else if (pathname === '/api/image-gen/updates') {
      await updates(response, session, searchParams)
    } else if (pathname === '/api/image-gen/requests' && method === 'POST') {
      await submit(request, response, session)
    } else if (!id || job?.user !== session.user) {
      problem(response, 404, 'unknown-request', 'There is no such request.')
    } else if (method === 'DELETE') {
      clearTimeout(job.timer)
      jobs.delete(id)
      response.writeHead(204).end()
    } else {
      json(response, 200, job.message)
    }
  }

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
      const reader: Reader = job => opened.send(JSON.stringify({ ...job.message, id: cursorOf(job) }))
      for (const job of since(session.user, searchParams.get('after'))) reader(job)
      readers.set(reader, session.user)
      const beat = setInterval(() => opened.send(JSON.stringify({ event: 'heartbeat', type: 'ping' })), 5000)
      opened.on('close', () => {
        readers.delete(reader)
        clearInterval(beat)
      })
    })
  })
  await new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${bound}/`,
    stop: async () => {
      for (const { timer } of jobs.values()) clearTimeout(timer)
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
