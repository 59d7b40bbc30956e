/** What the browser tests load: the package itself, and a small application of both hooks. */
import { memo, StrictMode, useEffect, useState, version } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { experimentsOf } from '../../core/experiments.ts'
import { Client, createApi, Generation } from '../../core/index.ts'
import { indexedDbHistory } from '../../core/indexeddb.ts'
import { ImageGenDevtools } from '../../devtools/index.tsx'
import {
  ImageGenProvider,
  noHistory,
  useConnection,
  useImageGeneration,
  useRequest,
  useServerSentEvents,
} from '../../hooks/index.ts'
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

  get experiments() {
    return experimentsOf(lab.client)
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

  react: version,
  storages: { indexedDb: indexedDbHistory(), none: noHistory },

  /** A page of many requests, which counts how often each part is rendered. */
  mountMany(options: ConnectionOptions, ids: string[]): Record<string, number> {
    const rendered: Record<string, number> = {}
    const count = (what: string) => {
      rendered[what] = (rendered[what] ?? 0) + 1
    }
    const Row = memo(({ id }: { id: string }) => {
      const message = useRequest(id)
      count(id)
      return <li>{message?.status}</li>
    })
    const Line = () => {
      count('line')
      return <p>{useConnection(it => it.state)}</p>
    }
    const Whole = () => {
      count('whole')
      return <p>{useServerSentEvents().state}</p>
    }
    const client = keepDiary(options)
    lab.client = client
    lab.root = createRoot(document.getElementById('root') as HTMLElement)
    lab.root.render(
      <ImageGenProvider client={client}>
        <Line />
        <Whole />
        {ids.map(id => (
          <Row key={id} id={id} />
        ))}
      </ImageGenProvider>,
    )
    return rendered
  },

  mountDevtools(options: ConnectionOptions): void {
    const client = keepDiary(options)
    lab.client = client
    lab.root = createRoot(document.getElementById('root') as HTMLElement)
    lab.root.render(
      <ImageGenProvider client={client}>
        <ImageGenDevtools />
      </ImageGenProvider>,
    )
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
