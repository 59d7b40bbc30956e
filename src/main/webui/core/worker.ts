import { newId } from './ids.ts'
import type { Letter } from './letters.ts'
import { hold, lockOf } from './lock.ts'
import { Shared } from './shared.ts'

declare const self: {
  name: string
  onconnect: (event: MessageEvent) => void
}

const me = newId()
const forever = new AbortController().signal
let shared: Shared | undefined

/** So that tabs notice its death: by the lock of its name, which they are told once it is held. */
const alive = new Promise<void>(held => hold(lockOf(self.name, me), forever, held))

self.onconnect = ({ ports: [port] }) => {
  if (!port) return
  void alive.then(() => port.postMessage({ worker: me }))
  port.onmessage = async ({ data: { from, base, up } }: MessageEvent<Letter>) => {
    await alive
    shared ??= new Shared(self.name, base, forever, false, !('BroadcastChannel' in globalThis))
    shared.receive(from, up, down => port.postMessage(down))
  }
}
