import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type GalleryImage, type TimelineEntry, useImageGeneration, useServerSentEvents } from '../hooks/index.ts'
import { BASE } from './base.ts'
import { Composer, type ComposerHandle } from './composer/Composer.tsx'
import type { Example } from './composer/examples.ts'
import { Indicator } from './connection/Indicator.tsx'
import { Panel } from './connection/Panel.tsx'
import { Announcer } from './gallery/Announcer.tsx'
import { Gallery } from './gallery/Gallery.tsx'
import { Lightbox } from './lightbox/Lightbox.tsx'
import css from './Studio.module.css'
import { Account } from './session/Account.tsx'
import { Notice } from './session/Notice.tsx'
import { useExpiry } from './session/useExpiry.ts'
import type { Session, SessionUse } from './session/useSession.ts'
import { ThemeToggle } from './theme/ThemeToggle.tsx'
import { Mark } from './ui/Mark.tsx'

export const Studio = ({
  session,
  getToken,
  signOut,
}: Pick<SessionUse, 'getToken' | 'signOut'> & { session: Session }) => {
  const { user } = session
  const options = useMemo(() => ({ base: BASE, user, getToken, report: true }), [user, getToken])
  const link = useServerSentEvents(options)
  const { timeline, images, submit, cancel, retry, remove } = useImageGeneration(options)
  const { expiresAt, renew } = useExpiry(link, session.expires_at)
  // Signed in again, here or in another tab, with the connection still as the old session left it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a session begins, whatever the state becomes later
  useEffect(() => {
    if (link.state === 'expired') link.reconnect()
  }, [session.expires_at])
  const [panel, setPanel] = useState(false)
  const [shown, setShown] = useState<string>()
  const composer = useRef<ComposerHandle>(null)
  const indicator = useRef<HTMLButtonElement>(null)

  const closePanel = () => {
    setPanel(false)
    indicator.current?.focus()
  }
  const closeLightbox = useCallback(() => {
    setShown(undefined)
    // To the frame that was looked at last, which may not be the one it was opened from.
    document.querySelector<HTMLElement>(`[data-image-id="${CSS.escape(shown ?? '')}"] button`)?.focus()
  }, [shown])
  const tryExample = useCallback((example: Example) => composer.current?.take(example), [])
  const actions = useMemo(
    () => ({
      cancel,
      retry,
      remove,
      reuse: ({ params }: TimelineEntry) => composer.current?.take(params),
      open: (image: GalleryImage) => setShown(image.id),
    }),
    [cancel, retry, remove],
  )
  const stay = async () => {
    if (!(await renew())) void signOut()
  }

  return (
    <div className={css.studio} data-panel={panel}>
      <a className={css.skip} href="#sheet-title">
        Skip to the images
      </a>
      <header className={css.masthead}>
        <h1 className={css.name}>
          <Mark />
          <span>
            image-gen <span className={css.studioWord}>studio</span>
          </span>
        </h1>
        <div className={css.tools}>
          <Indicator
            ref={indicator}
            connection={link}
            open={panel}
            toggle={() => (panel ? closePanel() : setPanel(true))}
          />
          <ThemeToggle />
          <Account user={user} expiresAt={expiresAt} renew={stay} signOut={signOut} />
        </div>
      </header>
      <main className={css.desk}>
        <div className={css.bench}>
          <Composer ref={composer} submit={submit} />
        </div>
        <div className={css.sheet}>
          <Notice link={link} expiresAt={expiresAt} renew={stay} signOut={signOut} />
          <Gallery timeline={timeline} actions={actions} tryExample={tryExample} />
        </div>
      </main>
      {panel && (
        <div className={css.panel}>
          <Panel link={link} close={closePanel} />
        </div>
      )}
      <Announcer timeline={timeline} />
      {shown && (
        <Lightbox
          images={images.filter(({ url }) => url)}
          id={shown}
          entryOf={image => timeline.find(({ id }) => id === image.entryId)}
          show={setShown}
          close={closeLightbox}
          remove={remove}
        />
      )}
    </div>
  )
}
