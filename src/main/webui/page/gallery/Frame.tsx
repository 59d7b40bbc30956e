import { useState } from 'react'
import type { GalleryImage, TimelineEntry } from '../../hooks/index.ts'
import css from './Frame.module.css'
import { latentOf } from './latent.ts'
import { isRunning } from './words.ts'

/** One image, or the place where it will be: of the same size from the first moment on. */
export const Frame = ({
  entry,
  image,
  open,
}: {
  entry: TimelineEntry
  image: GalleryImage
  open: (image: GalleryImage) => void
}) => {
  const { params, status, prompt, images } = entry
  const [state, setState] = useState<'loading' | 'there' | 'missing'>('loading')
  const which = images.length > 1 ? `, ${image.index + 1} of ${images.length}` : ''
  const { url } = image
  return (
    <figure
      className={css.frame}
      data-image-id={image.id}
      data-status={url ? 'done' : status}
      data-loaded={!!url && state === 'there'}
      style={{ '--ratio': params.width / params.height, ...latentOf(image.id) }}
    >
      <div className={css.area}>
        {(isRunning(entry) || url) && <div className={css.latent} />}
        {(status === 'error' || status === 'cancelled') && !url && <Rejected status={status} />}
        {url && (
          <button
            type="button"
            className={css.open}
            aria-label={`Open image: ${prompt}${which}`}
            onClick={() => open(image)}
          >
            <img
              key={url}
              className={css.image}
              src={url}
              alt={`${prompt}${which}`}
              width={image.width}
              height={image.height}
              decoding="async"
              onLoad={() => setState('there')}
              onError={() => setState('missing')}
            />
          </button>
        )}
        {url && state === 'missing' && <p className={css.missing}>This image is no longer there.</p>}
      </div>
      <figcaption className={css.number}>
        <span aria-hidden="true">▸ </span>
        <span className="hidden-visually">Image </span>
        {image.index + 1}
      </figcaption>
    </figure>
  )
}

/** Crossed out by grease pencil, as editors do. */
const Rejected = ({ status }: { status: 'error' | 'cancelled' }) => (
  <svg className={css.rejected} data-by={status} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
    <path d="M9 12C27 30 40 45 52 55S77 73 91 90" vectorEffect="non-scaling-stroke" />
    {status === 'error' && <path d="M89 10C75 27 62 41 49 53S21 76 10 91" vectorEffect="non-scaling-stroke" />}
  </svg>
)
