import { newId } from './ids.ts'
import type { Link, LinkEvents } from './letters.ts'
import { hold, lockOf } from './lock.ts'
import { Shared } from './shared.ts'

/** One of the tabs holds the connection for all; or, not shared, each its own. */
export const openTabs = (shared: boolean, name: string, base: string, events: LinkEvents): Link => {
  const me = newId()
  const closing = new AbortController()
  const holder = new Shared(name, base, closing.signal, true, !shared)
  const send: Link['send'] = up => holder.receive(me, up, events.down)
  // Held before it joins: whoever finds it free takes this tab for dead.
  hold(lockOf(name, me), closing.signal, () => send(events.want()))
  return {
    send,
    close() {
      send({ type: 'bye' })
      closing.abort()
    },
  }
}
