import { type DragEvent, type MouseEvent, useState } from 'react'
import type { GalleryImage, TimelineEntry } from '../../hooks/index.ts'
import { Icon } from '../ui/Icon.tsx'
import css from './Frame.module.css'
import { latentOf } from './latent.ts'
import { isRunning } from './words.ts'

export interface FrameActions {
  open: (image: GalleryImage) => void
  /** Makes one image anew: what is gone, or another one of the same words. */
  again: (entry: TimelineEntry, image: GalleryImage) => void
}

/** One image, or the place where it will be: of the same size from the first moment on. */
export const Frame = ({
  entry,
  image,
  actions: { open, again },
  favourite = false,
  chosen,
  choose,
}: {
  entry: TimelineEntry
  image: GalleryImage
  actions: FrameActions
  favourite?: boolean
  /** While images are being selected: whether this one is. */
  chosen?: boolean
  choose?: (image: GalleryImage, range: boolean) => void
}) => {
  const { params, status, prompt, images } = entry
  const [state, setState] = useState<'loading' | 'there' | 'missing'>('loading')
  const which = images.length > 1 ? `, ${image.index + 1} of ${images.length}` : ''
  const { url, preview } = image
  const selecting = chosen !== undefined
  const missing = !!url && state === 'missing'
  const onClick = (event: MouseEvent) => (selecting ? choose?.(image, event.shiftKey) : open(image))
  return (
    <figure
      className={css.frame}
      data-image-id={image.id}
      data-status={url ? 'done' : status}
      data-loaded={!!url && state === 'there'}
      data-chosen={chosen}
      style={{ '--ratio': params.width / params.height, ...latentOf(image.id) }}
    >
      <div className={css.area}>
        {(isRunning(entry) || url) && !missing && <div className={css.latent} />}
        {!url && preview && isRunning(entry) && <Preview url={preview} />}
        {url && !missing && (
          <button
            type="button"
            className={css.open}
            aria-label={`${selecting ? 'Select' : 'Open'} image: ${prompt}${which}`}
            aria-pressed={chosen}
            onClick={onClick}
          >
            <img
              key={url}
              className={css.image}
              src={image.thumbnail ?? url}
              alt={`${prompt}${which}`}
              width={image.width}
              height={image.height}
              loading="lazy"
              decoding="async"
              draggable
              onDragStart={event => dragged(event, image)}
              onLoad={() => setState('there')}
              onError={() => setState('missing')}
            />
          </button>
        )}
        {selecting && !missing && url && <span className={css.tick}>{chosen && <Icon name="tick" size={14} />}</span>}
        {missing && (
          <div className={css.missing}>
            <Icon name="gone" size={28} />
            <p>This image is no longer there.</p>
            <button type="button" className={css.again} onClick={() => again(entry, image)}>
              <Icon name="retry" size={14} />
              Make it again
            </button>
          </div>
        )}
      </div>
      <figcaption className={css.number}>
        <span aria-hidden="true">▸ </span>
        <span className="hidden-visually">Image </span>
        {image.index + 1}
        {favourite && (
          <span className={css.star}>
            <Icon name="starred" size={11} />
            <span className="hidden-visually">, a favourite</span>
          </span>
        )}
      </figcaption>
    </figure>
  )
}

/** What there is of it so far; one that has gone meanwhile shows nothing, and the next one is on its way. */
const Preview = ({ url }: { url: string }) => (
  <img
    className={css.preview}
    src={url}
    alt=""
    data-preview=""
    onLoad={({ currentTarget }) => {
      currentTarget.hidden = false
    }}
    onError={({ currentTarget }) => {
      currentTarget.hidden = true
    }}
  />
)

/** The whole file goes where it is dropped, not what was shown of it. */
const dragged = ({ dataTransfer }: DragEvent, { url = '', contentType, fileName, prompt }: GalleryImage) => {
  const whole = new URL(url, document.baseURI).href
  dataTransfer.effectAllowed = 'copy'
  dataTransfer.setData('text/uri-list', whole)
  dataTransfer.setData('text/plain', prompt)
  // Chromium makes a file of it on the desktop.
  dataTransfer.setData('DownloadURL', `${contentType ?? 'image/png'}:${fileName ?? 'image.png'}:${whole}`)
}
