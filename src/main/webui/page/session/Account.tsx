import { useEffect, useId, useRef, useState } from 'react'
import { NotifyButton } from '../attention/NotifyButton.tsx'
import { clock, when } from '../gallery/words.ts'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import { useNow } from '../ui/useNow.ts'
import css from './Account.module.css'

/** Who is signed in, for how long, and the way out. */
export const Account = ({
  user,
  expiresAt,
  renew,
  signOut,
}: {
  user: string
  expiresAt: number
  renew: () => void
  signOut: () => void
}) => {
  const id = useId()
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const now = useNow(open)

  useEffect(() => {
    if (!open) return
    const away = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false)
    }
    document.addEventListener('pointerdown', away)
    document.addEventListener('focusin', away)
    return () => {
      document.removeEventListener('pointerdown', away)
      document.removeEventListener('focusin', away)
    }
  }, [open])

  const left = expiresAt - now
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is for whatever has the focus inside
    <div
      ref={root}
      className={css.account}
      onKeyDown={event => {
        if (event.key !== 'Escape' || !open) return
        setOpen(false)
        button.current?.focus()
      }}
    >
      <button
        ref={button}
        type="button"
        className={css.name}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={`Account: ${user}`}
        onClick={() => setOpen(!open)}
      >
        <Icon name="person" />
        <span>{user}</span>
      </button>
      {open && (
        <div id={id} className={css.card}>
          <p className={css.who}>
            Signed in as <strong>{user}</strong>
          </p>
          <p className={ui.hint} data-session-expires={new Date(expiresAt).toISOString()}>
            {left > 0
              ? `The session ends at ${when(expiresAt)}, in ${clock(left)}, and is renewed before.`
              : 'The session has ended.'}
          </p>
          <NotifyButton />
          <div className={css.actions}>
            <button type="button" className={ui.button} onClick={renew}>
              Renew now
            </button>
            <button type="button" className={ui.button} onClick={signOut}>
              Sign out
            </button>
          </div>
          <p className={ui.hint}>Signing out forgets your prompts and images in this browser.</p>
        </div>
      )}
    </div>
  )
}
