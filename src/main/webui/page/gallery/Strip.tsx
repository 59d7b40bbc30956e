import { memo } from 'react'
import type { GalleryImage, TimelineEntry } from '../../hooks/index.ts'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import { Elapsed } from './Elapsed.tsx'
import { Frame, type FrameActions } from './Frame.tsx'
import css from './Strip.module.css'
import { isRunning, short, titled, when } from './words.ts'

export interface StripActions extends FrameActions {
  cancel: (id: string) => void
  retry: (id: string) => void
  remove: (id: string) => void
  /** Puts its words and choices on the bench. */
  reuse: (entry: TimelineEntry, image?: GalleryImage) => void
  /** Another one of the same words, at once. */
  vary: (entry: TimelineEntry, image?: GalleryImage) => void
  /** Shows where it came from. */
  origin: (imageId: string) => void
}

export interface Selection {
  chosen: ReadonlySet<string>
  choose: (image: GalleryImage, range: boolean) => void
}

/** On a phone: as many beside each other as stay recognisable. */
const narrowColumns = (count: number, ratio: number) => (count === 1 || ratio > 1.7 ? 1 : 2)

/** One request: a strip of film with as many frames as images were asked for; one that came to nothing is a note. */
export const Strip = memo(
  ({
    entry,
    actions,
    favourites,
    parent,
    selection,
  }: {
    entry: TimelineEntry
    actions: StripActions
    favourites?: ReadonlySet<string>
    /** The image that it is a variation of. */
    parent?: string
    selection?: Selection
  }) => {
    const { params, status, prompt, progress, images } = entry
    const running = isRunning(entry)
    const ratio = params.width / params.height
    const percent = Math.round(progress)
    const seed = images.length === 1 ? images[0]?.seed : undefined
    const failed = status === 'error' || status === 'cancelled'
    return (
      <li
        className={css.strip}
        data-status={status}
        data-entry-id={entry.id}
        data-request-id={entry.requestId}
        style={{
          '--ratios': (images.length * ratio).toFixed(4),
          '--columns': images.length,
          '--columns-narrow': narrowColumns(images.length, ratio),
          '--progress': progress / 100,
        }}
      >
        {failed ? (
          <Rejected entry={entry} />
        ) : (
          <div className={css.film}>
            <div className={css.edge}>
              <span>{params.style ? titled(params.style) : 'Auto'}</span>
              <span className={css.size}>
                {running && entry.message ? entry.message : `${params.width}×${params.height}`}
                {seed !== undefined && <span className={css.seed}> · seed {seed}</span>}
              </span>
              <span className={css.state}>
                {running && <span className={css.percent}>{progress ? `${percent}%` : 'waiting'}</span>}
                <Elapsed entry={entry} />
              </span>
            </div>
            <div className={css.frames}>
              {images.map(image => (
                <Frame
                  key={image.id}
                  entry={entry}
                  image={image}
                  actions={actions}
                  favourite={favourites?.has(image.id)}
                  chosen={selection?.chosen.has(image.id)}
                  choose={selection?.choose}
                />
              ))}
            </div>
            {running && (
              <div
                className={css.progress}
                role="progressbar"
                aria-label={`Progress of ${short(prompt)}`}
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={percent}
                aria-valuetext={progress ? `${percent} percent` : (entry.message ?? 'Waiting to start')}
              />
            )}
          </div>
        )}
        <div className={css.caption} data-words={failed ? 'many' : 'few'}>
          <div className={css.words}>
            <p className={css.prompt} title={prompt} dir="auto">
              {prompt}
            </p>
            {parent && (
              <button type="button" className={css.origin} onClick={() => actions.origin(parent)}>
                <Icon name="branch" size={12} />
                from another image
              </button>
            )}
          </div>
          <Actions entry={entry} actions={actions} />
        </div>
      </li>
    )
  },
)

/** Why there is no image, and what can be done about it: on a piece of film, crossed out by grease pencil. */
const Rejected = ({ entry: { status, error } }: { entry: TimelineEntry }) => (
  <div className={css.rejected} data-by={status}>
    <svg className={css.cross} viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 4c5 6 11 11 16 16" />
      {status === 'error' && <path d="M20 4C15 9 9 15 4 20" />}
    </svg>
    {status === 'error' ? (
      <div>
        <p className={css.cause}>{error}</p>
        <p>Try again as it is, or change the words and send them anew.</p>
      </div>
    ) : (
      <p>Cancelled</p>
    )}
  </div>
)

const Actions = ({ entry, actions }: { entry: TimelineEntry; actions: StripActions }) => {
  const { id, status } = entry
  const of = `: ${short(entry.prompt)}`
  if (isRunning(entry)) {
    return (
      // Another element than the others: a button that turned into another one under a finger would be pressed by mistake.
      <div key="running" className={css.actions}>
        <button type="button" className={ui.button} aria-label={`Cancel${of}`} onClick={() => actions.cancel(id)}>
          Cancel
        </button>
      </div>
    )
  }
  return (
    <div key="ended" className={css.actions} data-bare={status === 'done'}>
      {status === 'done' ? (
        <button
          type="button"
          className={ui.iconButton}
          aria-label={`Make another one like it${of}`}
          title="Make another one like it"
          onClick={() => actions.vary(entry)}
        >
          <Icon name="branch" />
        </button>
      ) : (
        <button type="button" className={ui.button} aria-label={`Try again${of}`} onClick={() => actions.retry(id)}>
          <Icon name="retry" size={14} />
          Try again
        </button>
      )}
      <button
        type="button"
        className={ui.iconButton}
        aria-label={`Use this prompt again${of}`}
        title={`Use this prompt again (${when(entry.createdAt)})`}
        onClick={() => actions.reuse(entry)}
      >
        <Icon name="reuse" />
      </button>
      <button
        type="button"
        className={ui.iconButton}
        aria-label={`Remove${of}`}
        title="Remove"
        data-remove=""
        onClick={() => actions.remove(id)}
      >
        <Icon name="remove" />
      </button>
    </div>
  )
}
