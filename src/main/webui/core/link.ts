import type { Sharing, Timing } from '../types/index.ts'
import type { Down, Up } from './host.ts'
import { hold, lockOf, locks } from './lock.ts'

/** What a tab writes to the worker; the first letter of all makes the connection. */
export interface Letter {
  from: string
  up: Up
  base: string
  timing?: Partial<Timing>
}

export interface LinkEvents {
  down(down: Down): void
  /** What this tab wants, asked whenever somebody new holds the connection. */
  want(): Up
  sharing(sharing: Sharing): void
}

/** A tab's line to whoever holds the connection. */
export interface Link {
  send(up: Up): void
  close(): void
}

/** `over` is called once when the line is of no use: it never worked, or it did and its other end died. */
type OpenLink = (
  name: string,
  base: string,
  timing: Partial<Timing> | undefined,
  events: LinkEvents,
  over: (died: boolean) => void,
) => Link

/** After a file that could not be fetched. */
const AGAIN = 3_000

/** How long a worker may take to answer before the tabs do without it. */
const PATIENCE = 5_000

/** Where the page is not secure there is no randomUUID. */
export const newId = (): string => globalThis.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random()}`

const inWorker: OpenLink = (name, base, timing, events, over) => {
  const me = newId()
  const closing = new AbortController()
  const worker = new SharedWorker(new URL('./worker.js', import.meta.url), { type: 'module', name })
  const { port } = worker
  let answered = false
  const send = (up: Up) => port.postMessage({ from: me, up, base, timing } satisfies Letter)
  const close = () => {
    clearTimeout(patience)
    send({ type: 'bye' })
    port.close()
    closing.abort()
  }
  const end = () => {
    if (closing.signal.aborted) return
    close()
    over(answered)
  }
  const patience = setTimeout(end, PATIENCE)
  worker.onerror = end
  port.onmessage = ({ data }: MessageEvent<Down>) => {
    if (!answered) {
      answered = true
      clearTimeout(patience)
      // Granted only when the worker has died, with the process that it lived in.
      locks()
        ?.request(lockOf(name, 'worker'), { mode: 'shared', signal: closing.signal }, end)
        .catch(() => {})
    }
    events.down(data)
  }
  hold(lockOf(name, me), closing.signal, () => send(events.want()))
  return { send, close }
}

/** Most browsers have the connection in the worker; the others fetch it when they need it. */
const inTab =
  (shared: boolean): OpenLink =>
  (name, base, timing, events) => {
    let link: Link | undefined
    let closed = false
    const open = (): void => {
      import('./tabs.ts').then(
        ({ openTabs }) => {
          if (!closed) link = openTabs(shared, name, base, timing, events)
        },
        () => closed || setTimeout(open, AGAIN),
      )
    }
    open()
    return {
      send: up => link?.send(up),
      close() {
        closed = true
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
  timing: Partial<Timing> | undefined,
  events: LinkEvents,
  share?: Sharing,
): Link => {
  let link: Link
  const open = (sharing: Sharing) => {
    events.sharing(sharing)
    try {
      link = OPEN[sharing](name, base, timing, events, died => open(died ? sharing : withoutWorker()))
    } catch {
      // A sandbox or a policy forbids it.
      open(withoutWorker())
    }
  }
  open(share ?? ('SharedWorker' in globalThis ? 'worker' : withoutWorker()))
  return { send: up => link.send(up), close: () => link.close() }
}
