import { Host } from './host.ts'
import type { Down, Up, Want } from './letters.ts'
import { hold, lockOf } from './lock.ts'

interface Member {
  want: Want
  post: (down: Down) => void
}

/**
 * One holder among several of the same name: whoever gets the lock holds the connection and broadcasts; when it dies, the
 * next one goes on from its cursor. A tab is one with a member, itself; a worker is one with many. So a worker of a newer
 * deployment joins an older one instead of opening a second stream.
 */
export class Shared {
  readonly #name: string
  readonly #base: string
  readonly #members = new Map<string, Member>()
  readonly #closing: AbortSignal
  readonly #own: boolean
  readonly #channel?: BroadcastChannel
  #host?: Host

  /**
   * @param own its one member is the tab that this lives in
   * @param alone leads at once and shares with nobody
   */
  constructor(name: string, base: string, closing: AbortSignal, own: boolean, alone = false) {
    this.#name = name
    this.#own = own
    this.#base = base
    this.#closing = closing
    if (alone) {
      this.#host = new Host(name, base)
    } else {
      const channel = new BroadcastChannel(name)
      this.#channel = channel
      channel.onmessage = ({ data: { from, up, down } }) => {
        if (up) this.#host?.receive(from, up, this.#broadcast)
        else if (down) this.#tell(down)
        else this.#rejoin()
      }
      hold(lockOf(name, 'leader'), closing, () => this.#lead())
    }
    closing.addEventListener('abort', () => {
      this.#host?.stop()
      this.#channel?.close()
    })
  }

  /** From one of the members here. */
  receive(from: string, up: Up, post: (down: Down) => void): void {
    if (up.type === 'want') this.#members.set(from, { want: up, post })
    if (this.#host) this.#host.receive(from, up, post, this.#own)
    else this.#channel?.postMessage({ from, up })
    if (up.type === 'bye') this.#members.delete(from)
  }

  #lead(): void {
    if (this.#closing.aborted) return
    this.#host = new Host(this.#name, this.#base)
    this.#rejoin()
    // Neither up nor down: whoever hears it joins the new holder.
    this.#channel?.postMessage({})
  }

  #rejoin(): void {
    for (const [from, { want, post }] of [...this.#members]) this.receive(from, want, post)
  }

  readonly #broadcast = (down: Down): void => this.#channel?.postMessage({ down })

  #tell(down: Down): void {
    for (const { want, post } of [...this.#members.values()]) {
      // Where a next holder goes on.
      if ('frame' in down && down.frame.kind === 'message' && !down.replay) want.after = down.frame.id ?? want.after
      post(down)
    }
  }
}
