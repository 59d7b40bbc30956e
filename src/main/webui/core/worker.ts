import { Host, lockOf } from './host.ts'
import type { Letter } from './link.ts'

declare const self: {
  name: string
  navigator: Navigator
  onconnect: (event: MessageEvent) => void
}

let host: Host | undefined

/** Held as long as this worker lives, so that tabs notice its death. Nobody is answered before it is held. */
const alive = new Promise<void>(held => {
  if (!self.navigator.locks) return held()
  self.navigator.locks.request(lockOf(self.name, 'worker'), () => {
    held()
    return new Promise(() => {})
  })
})

self.onconnect = ({ ports: [port] }) => {
  if (!port) return
  port.onmessage = async ({ data: { from, up, base, timing } }: MessageEvent<Letter>) => {
    await alive
    host ??= new Host(self.name, base, timing)
    host.receive(from, up, down => port.postMessage(down))
  }
}
