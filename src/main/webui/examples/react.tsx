import { type FormEvent, type ReactNode, useState } from 'react'
import {
  createClient,
  type Failure,
  ImageGenProvider,
  useClient,
  useConnection,
  useImageGeneration,
} from '../hooks/index.ts'

/** Signs in, then shows the studio. `base` is needed only where the gateway is not the page's own server. */
export const App = ({ base }: { base?: string }): ReactNode => {
  const [client] = useState(() => createClient({ base }))
  const [user, setUser] = useState<string>()
  return (
    <ImageGenProvider client={client}>
      {user ? <Gallery user={user} leave={() => setUser(undefined)} /> : <SignIn enter={setUser} />}
    </ImageGenProvider>
  )
}

const SignIn = ({ enter }: { enter: (user: string) => void }) => {
  const { api } = useClient()
  const [token, setToken] = useState('')
  const [problem, setProblem] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // The token comes from your identity provider; the gateway makes a session cookie of it.
    api.open(token).then(
      ({ user }) => enter(user),
      (failure: Failure) => setProblem(failure.message),
    )
  }
  return (
    <form onSubmit={submit}>
      <label>
        Token <input value={token} onChange={event => setToken(event.target.value)} />
      </label>
      <button type="submit">Sign in</button>
      <p role="alert">{problem}</p>
    </form>
  )
}

const Gallery = ({ user, leave }: { user: string; leave: () => void }) => {
  const client = useClient()
  const { timeline, submit, cancel, retry, remove } = useImageGeneration()
  const [prompt, setPrompt] = useState('')
  const ask = (event: FormEvent) => {
    event.preventDefault()
    submit({ prompt })
    setPrompt('')
  }
  return (
    <main>
      <Line />
      <button type="button" onClick={() => void client.signOut().finally(leave)}>
        Sign out {user}
      </button>
      <form onSubmit={ask}>
        <label>
          Prompt <input required value={prompt} onChange={event => setPrompt(event.target.value)} />
        </label>
        <button type="submit">Generate</button>
      </form>
      <ul>
        {timeline.map(({ id, status, progress, error, images, prompt }) => (
          <li key={id}>
            <h2>{prompt}</h2>
            {images.map(({ id, url, width, height }) =>
              url ? (
                <img key={id} src={url} alt={prompt} width={width} height={height} loading="lazy" />
              ) : (
                <progress key={id} value={progress} max={100} />
              ),
            )}
            {status === 'error' && <p role="alert">{error}</p>}
            {status === 'error' || status === 'cancelled' ? (
              <button type="button" onClick={() => retry(id)}>
                Try again
              </button>
            ) : null}
            {status === 'pending' || status === 'progress' ? (
              <button type="button" onClick={() => cancel(id)}>
                Cancel
              </button>
            ) : (
              <button type="button" onClick={() => remove(id)}>
                Remove
              </button>
            )}
          </li>
        ))}
      </ul>
    </main>
  )
}

/** Rendered when the state changes, and at no heartbeat. */
const Line = () => {
  const { isConnected, lastError } = useConnection()
  return <p role="status">{isConnected ? 'Live' : (lastError?.message ?? 'Connecting')}</p>
}
