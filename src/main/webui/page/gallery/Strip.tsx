import { memo } from 'react'
import type { GalleryImage, TimelineEntry } from '../../hooks/index.ts'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import { Elapsed } from './Elapsed.tsx'
import { Frame } from './Frame.tsx'
import css from './Strip.module.css'
import { isRunning, short, titled, when } from './words.ts'

export interface StripActions {
  cancel: (id: string) => void
  retry: (id: string) => void
  remove: (id: string) => void
  reuse: (entry: TimelineEntry) => void
  open: (image: GalleryImage) => void
}

/** On a phone: as many beside each other as stay recognisable. */
const narrowColumns = (count: number, ratio: number) => (count === 1 || ratio > 1.7 ? 1 : 2)

/** One request: a strip of film with as many frames as images were asked for. */
export const Strip = memo(({ entry, actions }: { entry: TimelineEntry; actions: StripActions }) => {
  const { params, status, prompt, progress, images } = entry
  const running = isRunning(entry)
  const ratio = params.width / params.height
  const percent = Math.round(progress)
  return (
    <li
      className={css.strip}
      data-status={status}
      data-request-id={entry.requestId}
      style={{
        '--ratios': (images.length * ratio).toFixed(4),
        '--columns': images.length,
        '--columns-narrow': narrowColumns(images.length, ratio),
        '--progress': progress / 100,
      }}
    >
      <div className={css.film}>
        <div className={css.edge}>
          <span>{params.style ? titled(params.style) : 'Auto'}</span>
          <span className={css.size}>
            {params.width}×{params.height}
          </span>
          <span className={css.state}>
            {running && <span className={css.percent}>{progress ? `${percent}%` : 'waiting'}</span>}
            <Elapsed entry={entry} />
          </span>
        </div>
        <div className={css.frames}>
          {images.map(image => (
            <Frame key={image.id} entry={entry} image={image} open={actions.open} />
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
            aria-valuetext={status === 'pending' ? 'Waiting to start' : `${percent} percent`}
          />
        )}
      </div>
      <div className={css.caption} data-words={isRunning(entry) || status === 'done' ? 'few' : 'many'}>
        <div className={css.words}>
          <p className={css.prompt} title={prompt}>
            {prompt}
          </p>
          {status === 'error' && (
            <p className={`${ui.problem} ${css.problem}`}>
              <Icon name="warning" size={13} />
              {entry.error}
            </p>
          )}
          {status === 'cancelled' && <p className={ui.hint}>Cancelled</p>}
        </div>
        <Actions entry={entry} actions={actions} />
      </div>
    </li>
  )
})

const Actions = ({ entry, actions }: { entry: TimelineEntry; actions: StripActions }) => {
  const { id, status } = entry
  const of = `: ${short(entry.prompt)}`
  if (isRunning(entry)) {
    return (
      <div className={css.actions}>
        <button type="button" className={ui.button} aria-label={`Cancel${of}`} onClick={() => actions.cancel(id)}>
          Cancel
        </button>
      </div>
    )
  }
  return (
    <div className={css.actions} data-bare={status === 'done'}>
      {status !== 'done' && (
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
        onClick={() => actions.remove(id)}
      >
        <Icon name="remove" />
      </button>
    </div>
  )
}
