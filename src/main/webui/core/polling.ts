import type { SSEMessage, TransportName } from '../types/index.ts'
import type { Failure } from './failure.ts'
import { frameOf } from './frame.ts'
import { askJson } from './http.ts'
import { Timer } from './timing.ts'
import { type OpenTransport, withAfter } from './transport.ts'

interface Page {
  updates: (SSEMessage & { id?: string })[]
  next?: string
  resume?: { verdict: 'complete' | 'gap' }
  transport?: { transport: TransportName }
}

/**
 * Long polls while it is `active`, one after the other. The first one asks for what is there and does not wait. A server
 * that answers empty-handed without waiting is asked less and less often.
 */
export const openPolling: OpenTransport = ({ url, after, timing, headers, active }, listener) => {
  const closing = new AbortController()
  const { signal } = closing
  const timer = new Timer()
  let opened = false
  let busy = false
  let pause = timing.pollMin

  const poll = async (): Promise<void> => {
    if (busy || signal.aborted || (opened && !active())) return
    busy = true
    const wait = opened ? timing.wait : 0
    const started = Date.now()
    try {
      const patience = wait * 1000 + timing.open
      const page = await askJson<Page>(withAfter(`${url}?wait=${wait}`, after), { signal, headers }, patience)
      if (signal.aborted) return
      after = page.next ?? after
      if (!opened) listener.open()
      opened = true
      if (page.resume) listener.frame({ ...page.resume, kind: 'resume' })
      for (const update of page.updates ?? []) listener.frame(frameOf(JSON.stringify(update)))
      const waited = Date.now() - started > wait * 500
      pause = page.updates?.length || (wait && waited) ? timing.pollMin : Math.min(timing.pollMax, pause * 2)
      timer.set(pause, poll)
      // Last, because the listener may close this one and go there.
      if (page.transport) listener.frame({ ...page.transport, kind: 'transport' })
    } catch (failure) {
      if (!signal.aborted) listener.lost(failure as Failure)
    } finally {
      busy = false
    }
  }
  poll()
  return {
    close() {
      closing.abort()
      timer.clear()
    },
    poke() {
      if (!active()) return
      timer.clear()
      pause = timing.pollMin
      poll()
    },
  }
}
