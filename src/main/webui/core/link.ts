import type { Sharing } from '../types/index.ts'
import { newId } from './ids.ts'
import type { Down, Letter, Link, LinkEvents, Up } from './letters.ts'
import { hold, lockOf, locks } from './lock.ts'

/** `over` is called once when the line is of no use: it never worked, or it did and its other end died. */
type OpenLink = (
  name: string,
  base: string,
  events: LinkEvents,
  over: (died: boolean) => void,
  workerUrl?: string | URL,
) => Link

/** Between tries to fetch a file that could not be fetched; after the last one it is taken to be gone. */
const AGAIN = [1_000, 3_000, 10_000]

/** How long a worker may take to answer before the tabs do without it. */
const PATIENCE = 5_000

const inWorker: OpenLink = (name, base, events, over, workerUrl) => {
  const me = newId()
  const closing = new AbortController()
  const { signal } = closing
  const worker = workerUrl
    ? new SharedWorker(workerUrl, { type: 'module', name })
    : new SharedWorker(new URL('./worker.js', import.meta.url), { type: 'module', name })
  const { port } = worker
  let answered = false
  const send = (up: Up) => port.postMessage({ from: me, base, up } satisfies Letter)
  const close = () => {
    clearTimeout(patience)
    send({ type: 'bye' })
    port.close()
    closing.abort()
  }
  const end = () => {
    if (signal.aborted) return
    close()
    over(answered)
  }
  const patience = setTimeout(end, PATIENCE)
  worker.onerror = end
  port.onmessage = ({ data }: MessageEvent<Down | { worker: string }>) => {
    if ('worker' in data) {
      answered = true
      clearTimeout(patience)
      // Granted only when the worker has died, with the process that it lived in.
      locks()
        ?.request(lockOf(name, data.worker), { mode: 'shared', signal }, end)
        .catch(() => {})
    } else events.down(data)
  }
  hold(lockOf(name, me), signal, () => send(events.want()))
  return { send, close }
}

/** Most browsers have the connection in the worker; the others fetch it when they need it. */
const inTab =
  (shared: boolean): OpenLink =>
  (name, base, events) => {
    const closing = new AbortController()
    const { signal } = closing
    let link: Link | undefined
    let failures = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const open = (): void => {
      clearTimeout(timer)
      import('./tabs.ts').then(
        ({ openTabs }) => {
          if (!signal.aborted) link ??= openTabs(shared, name, base, events)
        },
        () => {
          if (signal.aborted) return
          const pause = AGAIN[failures++]
          // A later deployment has other files; the page that it came with is of yesterday.
          if (pause === undefined) events.stuck()
          else timer = setTimeout(open, pause)
        },
      )
    }
    open()
    // It may have been the network after all.
    globalThis.addEventListener?.('online', () => link ?? open(), { signal })
    return {
      send: up => link?.send(up),
      close() {
        closing.abort()
        clearTimeout(timer)
        link?.close()
      },
    }
  }

const OPEN: Record<Sharing, OpenLink> = { worker: inWorker, tabs: inTab(true), none: inTab(false) }

const withoutWorker = (): Sharing => (locks() && 'BroadcastChannel' in globalThis ? 'tabs' : 'none')

/** Opens the best line that this browser has, and the next best where that one turns out not to work. */
export const openLink = (
  name: string,
  base: string,
  events: LinkEvents,
  share?: Sharing,
  workerUrl?: string | URL,
): Link => {
  let link: Link
  const open = (sharing: Sharing) => {
    events.sharing(sharing)
    try {
      link = OPEN[sharing](name, base, events, died => open(died ? sharing : withoutWorker()), workerUrl)
    } catch {
      // A sandbox or a policy forbids it.
      open(withoutWorker())
    }
  }
  open(share ?? ('SharedWorker' in globalThis ? 'worker' : withoutWorker()))
  return { send: up => link.send(up), close: () => link.close() }
}
