import { Host } from './host.ts'
import type { Letter } from './link.ts'
import { hold, lockOf } from './lock.ts'

declare const self: {
  name: string
  onconnect: (event: MessageEvent) => void
}

let host: Host | undefined

/** So that tabs notice its death. Nobody is answered before it is held. */
const alive = new Promise<void>(held => hold(lockOf(self.name, 'worker'), new AbortController().signal, held))

self.onconnect = ({ ports: [port] }) => {
  if (!port) return
  port.onmessage = async ({ data: { from, up, base, timing } }: MessageEvent<Letter>) => {
    await alive
    host ??= new Host(self.name, base, timing)
    host.receive(from, up, down => port.postMessage(down))
  }
}
