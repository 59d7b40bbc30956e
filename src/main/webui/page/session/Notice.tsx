import type { ServerSentEvents } from '../../hooks/index.ts'
import { sentenceOf } from '../connection/words.ts'
import ui from '../ui/ui.module.css'
import { useNow } from '../ui/useNow.ts'
import css from './Notice.module.css'

/** Said where it is seen, on a phone over what is there, and only while there is something to be done about it. */
export const Notice = ({
  link,
  cut,
  expiresAt,
  renew,
  signOut,
}: {
  link: ServerSentEvents
  /** Nothing can be heard at the moment. */
  cut: boolean
  expiresAt: number
  renew: () => void
  signOut: () => void
}) => {
  const { state, session, lastError } = link
  const expiring = session?.state === 'expiring' && state !== 'expired'
  const now = useNow(expiring)
  if (state === 'expired') {
    return (
      <Bar words="Your session has ended. What was asked for goes on, and shows when you are back.">
        <button type="button" className={ui.button} onClick={renew}>
          Continue
        </button>
        <button type="button" className={ui.button} onClick={signOut}>
          Sign out
        </button>
      </Bar>
    )
  }
  if (expiring && expiresAt > now) {
    return (
      <Bar
        words={
          <>
            Your session is about to end. {/* Counted for eyes only. */}
            <span aria-hidden="true">{Math.ceil((expiresAt - now) / 1000)} s left.</span>
          </>
        }
      >
        <button type="button" className={ui.button} onClick={renew}>
          Stay signed in
        </button>
      </Bar>
    )
  }
  if (cut) {
    return (
      <Bar
        words={
          lastError?.kind === 'offline'
            ? 'There is no network. What was asked for goes on at the server, and shows when you are back.'
            : 'The server can not be reached. What was asked for goes on, and shows when it answers again.'
        }
      >
        <button type="button" className={ui.button} onClick={link.reconnect}>
          Try now
        </button>
      </Bar>
    )
  }
  if (state === 'failed') {
    return (
      <Bar words={sentenceOf(link)}>
        <button type="button" className={ui.button} onClick={link.reconnect}>
          Try again
        </button>
      </Bar>
    )
  }
  return null
}

const Bar = ({ words, children }: { words: React.ReactNode; children: React.ReactNode }) => (
  <div className={css.notice} role="alert" data-notice>
    <p>{words}</p>
    <div className={css.actions}>{children}</div>
  </div>
)
