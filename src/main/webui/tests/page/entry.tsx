/** What the browser tests load: the package itself, and a small application of both hooks. */
import { StrictMode, useEffect, useState } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { Client, createApi, Generation } from '../../core/index.ts'
import { useImageGeneration, useServerSentEvents } from '../../hooks/index.ts'
import type {
  ConnectionOptions,
  ImageGenerationOptions,
  SSEMessage,
  UseImageGenerationReturn,
} from '../../types/index.ts'

/** Everything that happened to one client, in order. */
export interface Diary {
  states: string[]
  words: string[]
  heard: string[]
  progress: (number | undefined)[]
  ids: string[]
}

const diaries = new Map<Client, Diary>()

/** A client that keeps a diary of what it goes through. */
const keepDiary = (options: ConnectionOptions): Client => {
  const client = new Client(options)
  const diary: Diary = { states: [], words: [], heard: [], progress: [], ids: [] }
  diaries.set(client, diary)
  client.watch()
  client.listen(() => {
    const { state, lastError, lastEventId } = client.view.connection
    if (diary.states.at(-1) !== state) diary.states.push(state)
    if (lastError && diary.words.at(-1) !== lastError.message) diary.words.push(lastError.message)
    if (lastEventId && diary.ids.at(-1) !== lastEventId) diary.ids.push(lastEventId)
  })
  return client
}

const follow = (client: Client, requestId: string): (() => void) => {
  const diary = diaries.get(client) as Diary
  const note = (what: string) => (message: SSEMessage) => {
    diary.heard.push(`${what} ${message.request_id}`)
    diary.progress.push(message.payload?.progress)
  }
  return client.subscribe(requestId, {
    onSuccess: note('success'),
    onError: note('error'),
    onProgress: note('progress'),
    onDisconnect: () => diary.heard.push('disconnect'),
  })
}

const lab = {
  clients: [] as Client[],
  client: undefined as unknown as Client,
  generation: undefined as unknown as UseImageGenerationReturn,
  /** The client of what is mounted. */
  connected: undefined as unknown as Client,
  renders: 0,
  root: undefined as Root | undefined,
  setMounted: (_: boolean) => {},
  setCopies: (_: number) => {},
  useToken: (_: () => Promise<string>) => {},
  hidden: false,
  Client,
  Generation,
  createApi,

  /** Makes a client and uses it. */
  use(options: ConnectionOptions & { token?: string }, follows: string[] = []): Client {
    const { token, ...rest } = options
    const client = keepDiary({ ...rest, getToken: token ? async () => token : undefined })
    lab.client = client
    lab.clients.push(client)
    client.acquire()
    for (const id of follows) follow(client, id)
    return client
  },

  follow: (id: string) => follow(lab.client, id),
  get diary(): Diary {
    return diaries.get(lab.client) as Diary
  },

  /** Renders a small application of the hooks; many components share what they use. */
  mount(options: ImageGenerationOptions, { strict = false, copies = 1, tidy = false } = {}): void {
    const Studio = ({ first }: { first: boolean }) => {
      const generation = useImageGeneration(options)
      const { isConnected, client, disconnect } = useServerSentEvents(options)
      // As people do who come from a hook whose connection is each component's own.
      useEffect(() => (tidy ? () => disconnect() : undefined), [disconnect])
      useEffect(() => {
        if (!first) return
        lab.useToken = getToken => {
          client.getToken = getToken
        }
        lab.generation = generation
        lab.connected = client
        lab.renders++
      })
      return (
        <ul data-connected={isConnected}>
          {generation.timeline.map(entry => (
            <li key={entry.id} data-status={entry.status}>
              {entry.prompt} {entry.progress} {entry.error}
              {entry.images.map(image => (
                <i key={image.id} data-url={image.url} />
              ))}
            </li>
          ))}
        </ul>
      )
    }
    const App = () => {
      const [mounted, setMounted] = useState(true)
      const [count, setCount] = useState(copies)
      lab.setMounted = setMounted
      lab.setCopies = setCount
      return mounted && Array.from({ length: count }, (_, index) => <Studio key={String(index)} first={!index} />)
    }
    lab.generation = undefined as unknown as UseImageGenerationReturn
    lab.root = createRoot(document.getElementById('root') as HTMLElement)
    lab.root.render(strict ? <StrictMode children={<App />} /> : <App />)
  },

  /** As if the person looked at another tab, and came back. */
  hide(hidden: boolean): void {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  },
}

declare global {
  interface Window {
    lab: typeof lab
  }
}

window.lab = lab
