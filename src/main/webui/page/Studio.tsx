import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { experimentsOf } from '../core/experiments.ts'
import {
  type GalleryImage,
  type GenerationParams,
  type TimelineEntry,
  useImageGeneration,
  useServerSentEvents,
} from '../hooks/index.ts'
import { useAttention } from './attention/useAttention.ts'
import { BASE } from './base.ts'
import { Composer, type ComposerHandle } from './composer/Composer.tsx'
import { type Example, paramsOf } from './composer/examples.ts'
import { Indicator } from './connection/Indicator.tsx'
import { Panel } from './connection/Panel.tsx'
import { Cut, useCut } from './connection/useCut.ts'
import { useLastMinute } from './connection/useLastMinute.ts'
import { Announcer } from './gallery/Announcer.tsx'
import { afterRemoval, keepFocus, reveal } from './gallery/focus.ts'
import { Gallery } from './gallery/Gallery.tsx'
import { SelectionBar } from './gallery/SelectionBar.tsx'
import { useSelection } from './gallery/useSelection.ts'
import { imagesOf, isRunning, short } from './gallery/words.ts'
import { EVERYTHING, found } from './library/search.ts'
import { useMarks } from './library/useMarks.ts'
import { useRemoval } from './library/useRemoval.ts'
import { Lightbox } from './lightbox/Lightbox.tsx'
import { useHistoryPlace } from './lightbox/useHistoryPlace.ts'
import css from './Studio.module.css'
import { Account } from './session/Account.tsx'
import { Notice } from './session/Notice.tsx'
import { useExpiry } from './session/useExpiry.ts'
import type { Session, SessionUse } from './session/useSession.ts'
import { ThemeToggle } from './theme/ThemeToggle.tsx'
import { Icon } from './ui/Icon.tsx'
import { Mark } from './ui/Mark.tsx'
import { Shortcuts } from './ui/Shortcuts.tsx'
import { type Said, Toast } from './ui/Toast.tsx'
import ui from './ui/ui.module.css'
import { useShortcuts } from './useShortcuts.ts'

export const Studio = ({
  session,
  fresh = false,
  getToken,
  signOut,
}: Pick<SessionUse, 'getToken' | 'signOut'> & {
  session: Session
  /** Signed in just now, and not found signed in. */
  fresh?: boolean
}) => {
  const { user } = session
  const options = useMemo(() => ({ base: BASE, user, getToken, report: true, limit: HISTORY }), [user, getToken])
  const link = useServerSentEvents(options)
  const { client } = link
  const experiments = useMemo(() => experimentsOf(client), [client])
  const cut = useCut(link)
  const minute = useLastMinute(client)
  const generation = useImageGeneration(options)
  const { submit, cancel, retry } = generation
  const marks = useMarks(user)
  const removal = useRemoval(user, generation.timeline, generation.remove)
  const { removed, shown: timeline, take: hide } = removal
  const images = useMemo(() => timeline.flatMap(entry => entry.images.filter(({ url }) => url)), [timeline])
  const [wanted, want] = useState(EVERYTHING)
  const listed = useMemo(() => found(timeline, wanted, marks.favourites), [timeline, wanted, marks.favourites])
  const selection = useSelection(images)
  const { expiresAt, renew } = useExpiry(link, session.expires_at)
  // Signed in again, here or in another tab, with the connection still as the old session left it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a session begins, whatever the state becomes later
  useEffect(() => {
    if (link.state === 'expired') link.reconnect()
  }, [session.expires_at])
  const [panel, setPanel] = useState(false)
  const [keys, setKeys] = useState(false)
  const [notice, setNotice] = useState<string>()
  const { shown, show, close } = useHistoryPlace()
  const composer = useRef<ComposerHandle>(null)
  const indicator = useRef<HTMLButtonElement>(null)
  useAttention(generation.timeline)

  useEffect(() => {
    if (!fresh) return
    // On glass the prompt would bring the keyboard up over everything else.
    if (matchMedia('(pointer: coarse)').matches) document.getElementById('sheet-title')?.focus()
    else composer.current?.focus()
  }, [fresh])
  useEffect(() => {
    if (!notice) return
    const timer = setTimeout(() => setNotice(undefined), 7_000)
    return () => clearTimeout(timer)
  }, [notice])

  const entryOf = useCallback(
    (image: Pick<GalleryImage, 'entryId'>) => timeline.find(({ id }) => id === image.entryId),
    [timeline],
  )
  const closePanel = () => {
    setPanel(false)
    indicator.current?.focus()
  }
  const closeLightbox = useCallback(() => {
    close()
    // To the frame that was looked at last, which may not be the one it was opened from.
    document.querySelector<HTMLElement>(`[data-image-id="${CSS.escape(shown ?? '')}"] button`)?.focus()
  }, [shown, close])

  const parent = useRef<string>(undefined)
  /** Asks, remembers where it came from, and brings it before the eyes. */
  const ask = useCallback(
    (params: GenerationParams, from = parent.current) => {
      const id = submit(params)
      if (from) marks.descend(id, from)
      parent.current = undefined
      want(EVERYTHING)
      reveal(id)
      return id
    },
    [submit, marks.descend],
  )
  const tryExample = useCallback((example: Example) => ask({ ...paramsOf(example), count: 1 }), [ask])
  const vary = useCallback(
    ({ params: { seed, ...params } }: TimelineEntry, image?: GalleryImage) =>
      ask({ ...params, count: image ? 1 : params.count }, image?.id),
    [ask],
  )
  const reuse = useCallback(({ params }: TimelineEntry, image?: GalleryImage) => {
    composer.current?.take(image?.seed === undefined ? params : { ...params, count: 1, seed: image.seed })
    parent.current = image?.id
  }, [])
  const removeEntry = useCallback(
    (id: string) => {
      const focus = afterRemoval(id)
      hide([id], 'Removed.')
      focus()
    },
    [hide],
  )
  const removeImage = useCallback((id: string) => hide([id], 'Image removed.'), [hide])
  const actions = useMemo(
    () => ({
      cancel: (id: string) => {
        cancel(id)
        keepFocus(id)
      },
      retry: (id: string) => {
        retry(id)
        keepFocus(id)
      },
      remove: removeEntry,
      reuse,
      vary: (entry: TimelineEntry, image?: GalleryImage) => void vary(entry, image ?? entry.images[0]),
      again: ({ params: { seed, ...params } }: TimelineEntry, image: GalleryImage) =>
        void ask({ ...params, count: 1, ...(image.seed !== undefined && { seed: image.seed }) }, image.id),
      origin: (imageId: string) => {
        want(EVERYTHING)
        if (images.some(({ id }) => id === imageId)) show(imageId)
        else setNotice('The image that it came from is no longer here.')
      },
      open: (image: GalleryImage) => show(image.id),
    }),
    [cancel, retry, removeEntry, reuse, vary, ask, show, images],
  )
  const tools = useMemo(
    () => ({
      want,
      setDensity: marks.setDensity,
      select: selection.toggle,
      cancelAll: () => {
        for (const entry of timeline) if (isRunning(entry)) cancel(entry.id)
      },
    }),
    [marks.setDensity, selection.toggle, timeline, cancel],
  )
  useShortcuts(
    useMemo(
      () => ({
        '/': () => document.querySelector<HTMLElement>('[data-search]')?.focus(),
        '?': () => setKeys(true),
        n: () => composer.current?.focus(),
        f: id => id && marks.star([id]),
        v: id => {
          const image = images.find(it => it.id === id)
          const entry = image && entryOf(image)
          if (entry) vary(entry, image)
        },
        Delete: id => {
          const image = images.find(it => it.id === id)
          const entry = image && entryOf(image)
          if (entry) entry.images.length === 1 ? removeEntry(entry.id) : removeImage(image.id)
        },
        Escape: () => selection.active && selection.toggle(),
      }),
      [marks.star, images, entryOf, vary, removeEntry, removeImage, selection.active, selection.toggle],
    ),
  )
  const leave = () => void signOut(link.client.signOut)
  const stay = async () => {
    if (!(await renew())) leave()
  }
  const said: Said | undefined = removed.ids.length
    ? { words: removed.words, action: { name: 'Undo', run: removal.undo } }
    : notice
      ? { words: notice }
      : undefined

  return (
    <Cut value={cut}>
      <div className={css.studio} data-panel={panel} data-cut={cut}>
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
            <button
              type="button"
              className={`${ui.iconButton} ${css.keys}`}
              aria-label="Keyboard"
              title="Keyboard (?)"
              onClick={() => setKeys(true)}
            >
              <Icon name="keys" />
            </button>
            <ThemeToggle />
            <Account user={user} expiresAt={expiresAt} renew={stay} signOut={leave} />
          </div>
        </header>
        <main className={css.desk}>
          <div className={css.bench}>
            <Composer ref={composer} user={user} submit={ask} />
          </div>
          <div className={css.sheet}>
            <Notice link={link} cut={cut} expiresAt={expiresAt} renew={stay} signOut={leave} />
            <Gallery
              timeline={timeline}
              shown={listed}
              actions={actions}
              tryExample={tryExample}
              favourites={marks.favourites}
              parents={marks.parents}
              density={marks.density}
              wanted={wanted}
              tools={tools}
              selection={selection.active ? selection : undefined}
            />
          </div>
          {selection.active && (
            <SelectionBar
              images={selection.images}
              star={() => marks.star([...selection.chosen], true)}
              remove={() => {
                hide([...selection.chosen], `${imagesOf(selection.chosen.size)} removed.`)
                selection.toggle()
              }}
              say={setNotice}
              close={selection.toggle}
            />
          )}
        </main>
        {panel && (
          <div className={css.panel}>
            <Panel link={Object.assign(link, { experiments })} minute={minute} close={closePanel} />
          </div>
        )}
        <Announcer timeline={timeline} />
        <Toast said={said} />
        {keys && <Shortcuts close={() => setKeys(false)} />}
        {shown && (
          <Lightbox
            images={images}
            id={shown}
            entryOf={entryOf}
            show={show}
            close={closeLightbox}
            remove={removeImage}
            favourites={marks.favourites}
            star={id => marks.star([id])}
            vary={image => {
              const entry = entryOf(image)
              if (!entry) return
              closeLightbox()
              vary(entry, image)
              setNotice(`Making another one like “${short(entry.prompt, 30)}”.`)
            }}
            reuse={image => {
              const entry = entryOf(image)
              if (!entry) return
              close()
              reuse(entry, image)
            }}
          />
        )}
      </div>
    </Cut>
  )
}

/** Entries that are kept; beyond that the oldest goes. */
const HISTORY = 1_000
