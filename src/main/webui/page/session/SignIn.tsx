import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { Icon } from '../ui/Icon.tsx'
import { Mark } from '../ui/Mark.tsx'
import ui from '../ui/ui.module.css'
import css from './SignIn.module.css'
import { TestStrip } from './TestStrip.tsx'
import { IdentityMissing, type SessionUse } from './useSession.ts'

const REMEMBERED = 'image-gen/name'

const remembered = () => {
  try {
    return localStorage.getItem(REMEMBERED) ?? ''
  } catch {
    return ''
  }
}

const remember = (name: string) => {
  try {
    localStorage.setItem(REMEMBERED, name)
  } catch {
    // Typed again next time.
  }
}

export const SignIn = ({ signIn, signInWithToken }: Pick<SessionUse, 'signIn' | 'signInWithToken'>) => {
  const id = useId()
  const [byToken, setByToken] = useState(false)
  const [text, setText] = useState(remembered)
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the field is another one after the switch
  useEffect(() => input.current?.focus(), [byToken])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const value = text.trim()
    if (busy) return
    if (!value) {
      setProblem(byToken ? 'Please paste a token.' : 'Please enter a name; any will do.')
      input.current?.focus()
      return
    }
    setBusy(true)
    setProblem('')
    try {
      await (byToken ? signInWithToken(value) : signIn(value))
      if (!byToken) remember(value)
    } catch (thrown) {
      if (thrown instanceof IdentityMissing) {
        setByToken(true)
        setText('')
        setProblem('This gateway has no identity of its own. Sign in with an access token of your identity provider.')
      } else {
        setProblem(thrown instanceof Error ? thrown.message : 'Signing in failed.')
      }
    } finally {
      setBusy(false)
    }
  }

  return (
    <main className={css.page}>
      <TestStrip />
      <section className={css.side} aria-labelledby={`${id}-title`}>
        <div className={css.brand}>
          <Mark />
          <span>image-gen studio</span>
        </div>
        <div>
          <h1 id={`${id}-title`} className={css.title}>
            A prompt goes in,
            <br />
            an image comes out.
          </h1>
          <form className={css.form} onSubmit={submit} noValidate>
            <label className={ui.label} htmlFor={`${id}-input`}>
              {byToken ? 'Access token' : 'Name'}
            </label>
            <div className={css.row}>
              <input
                ref={input}
                id={`${id}-input`}
                className={ui.field}
                type={byToken ? 'password' : 'text'}
                value={text}
                maxLength={byToken ? undefined : 64}
                autoComplete={byToken ? 'off' : 'username'}
                autoCapitalize="none"
                spellCheck={false}
                aria-invalid={!!problem}
                aria-describedby={`${id}-about`}
                onChange={event => setText(event.target.value)}
              />
              <button type="submit" className={ui.primary} aria-disabled={busy}>
                Sign in
              </button>
            </div>
            <div id={`${id}-about`} className={css.about} aria-live="polite">
              {problem ? (
                <p className={ui.problem}>
                  <Icon name="warning" size={13} />
                  {problem}
                </p>
              ) : (
                <p className={ui.hint}>Any name will do: this gateway brings its own identity, without a password.</p>
              )}
            </div>
          </form>
        </div>
        <p className={css.foot}>Updates arrive over Server-Sent Events, with WebSocket and polling behind them.</p>
      </section>
    </main>
  )
}
