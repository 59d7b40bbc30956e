import { useRef } from 'react'
import css from './App.module.css'
import { Studio } from './Studio.tsx'
import { SignIn } from './session/SignIn.tsx'
import { useSession } from './session/useSession.ts'
import ui from './ui/ui.module.css'

export const App = () => {
  const session = useSession()
  const { state, refresh } = session
  // Whoever was seen signed out comes from the form, and the focus with them.
  const wasOut = useRef(false)
  if (state.kind === 'out') wasOut.current = true
  switch (state.kind) {
    case 'asking':
      return <main className={css.blank} aria-busy="true" aria-label="image-gen studio" />
    case 'unreachable':
      return (
        <main className={css.blank}>
          <h1 className={css.title}>The studio is closed.</h1>
          <p>{state.message}</p>
          <button type="button" className={ui.button} onClick={refresh}>
            Try again
          </button>
        </main>
      )
    case 'out':
      return <SignIn {...session} />
    case 'in':
      return <Studio key={state.session.user} session={state.session} fresh={wasOut.current} {...session} />
  }
}
