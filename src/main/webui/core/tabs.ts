import type { Timing } from '../types/index.ts'
import { type Down, Host, type Up } from './host.ts'
import { type Link, type LinkEvents, newId } from './link.ts'
import { hold, lockOf } from './lock.ts'

/**
 * The tab that gets the lock holds the connection and broadcasts; when it dies, the next one goes on from its cursor.
 * Not shared: each tab leads itself.
 */
export const openTabs = (
  shared: boolean,
  name: string,
  base: string,
  timing: Partial<Timing> | undefined,
  events: LinkEvents,
): Link => {
  const me = newId()
  const closing = new AbortController()
  const { signal } = closing
  const channel = shared ? new BroadcastChannel(name) : undefined
  let host: Host | undefined
  const send = (up: Up) => (host ? host.receive(me, up, events.down) : channel?.postMessage({ from: me, up }))
  const tell = (down: Down) => channel?.postMessage({ down })
  const join = () => send(events.want())
  const lead = () => {
    host = new Host(name, base, timing)
    join()
    // Neither up nor down: whoever hears it joins the new holder.
    channel?.postMessage({})
  }
  if (channel) {
    channel.onmessage = ({ data: { from, up, down } }) => {
      if (up) host?.receive(from, up, tell)
      else if (down) events.down(down)
      else join()
    }
  }
  // Held before it joins: whoever finds it free takes this tab for dead.
  hold(lockOf(name, me), signal, () => {
    if (shared) {
      join()
      hold(lockOf(name, 'leader'), signal, lead)
    } else lead()
  })
  return {
    send,
    close() {
      if (host) host.stop()
      else send({ type: 'bye' })
      channel?.close()
      closing.abort()
    },
  }
}
