import { type KeyboardEvent, type MouseEvent, type TouchEvent, useEffect, useRef } from 'react'
import type { GalleryImage, TimelineEntry } from '../../hooks/index.ts'
import { bytes, titled, when } from '../gallery/words.ts'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import css from './Lightbox.module.css'

export interface LightboxProps {
  /** Those that are there, in the order of the sheet. */
  images: GalleryImage[]
  /** Which one is looked at. */
  id: string
  entryOf: (image: GalleryImage) => TimelineEntry | undefined
  show: (id: string) => void
  close: () => void
  remove: (id: string) => void
}

/** Pixels that make a swipe of a touch. */
const SWIPE = 48

const nameOf = ({ fileName, id }: GalleryImage) => fileName || `${id.replaceAll('/', '-')}.png`

/** One image, as large as the window, and the way to its neighbours. The dialog element keeps the focus inside. */
export const Lightbox = ({ images, id, entryOf, show, close, remove }: LightboxProps) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const touched = useRef<number>(undefined)
  useEffect(() => {
    const element = dialog.current
    if (element && !element.open) element.showModal()
  }, [])
  const at = images.findIndex(image => image.id === id)
  const image = images[at]
  // Removed, here or in another tab.
  useEffect(() => {
    if (!image) close()
  }, [image, close])
  if (!image) return null

  // The browser tells `onClose`, and gives the focus back.
  const shut = () => dialog.current?.close()
  const go = (to: number) => {
    const next = images[to]
    if (next) show(next.id)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: images.length - 1 }[event.key]
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    go(to)
  }
  const onClick = ({ target }: MouseEvent) => {
    // Beside the image.
    if (target instanceof HTMLElement && target.dataset.around !== undefined) shut()
  }
  const onTouchStart = ({ touches }: TouchEvent) => {
    touched.current = touches.length === 1 ? touches[0]?.clientX : undefined
  }
  const onTouchEnd = ({ changedTouches }: TouchEvent) => {
    const moved = (changedTouches[0]?.clientX ?? 0) - (touched.current ?? Number.NaN)
    if (Math.abs(moved) > SWIPE) go(at - Math.sign(moved))
  }
  const removeThis = () => {
    const neighbour = images[at + 1] ?? images[at - 1]
    remove(image.id)
    if (neighbour) show(neighbour.id)
    else shut()
  }
  const style = entryOf(image)?.params.style
  const facts = [
    `${image.width} × ${image.height}`,
    style && titled(style),
    image.fileSize && bytes(image.fileSize),
    when(image.createdAt),
  ].filter(Boolean)

  return (
    <dialog
      ref={dialog}
      className={css.box}
      aria-label={image.prompt}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onClose={close}
    >
      <div className={css.stage} data-around="" onTouchStart={onTouchStart} onTouchEnd={onTouchEnd}>
        <button
          type="button"
          className={css.turn}
          aria-label="Previous image"
          disabled={at === 0}
          onClick={() => go(at - 1)}
        >
          <Icon name="previous" size={22} />
        </button>
        <img
          key={image.id}
          className={css.image}
          src={image.url}
          alt={image.prompt}
          width={image.width}
          height={image.height}
        />
        <button
          type="button"
          className={css.turn}
          aria-label="Next image"
          disabled={at === images.length - 1}
          onClick={() => go(at + 1)}
        >
          <Icon name="next" size={22} />
        </button>
      </div>
      <footer className={css.foot}>
        <div className={css.words}>
          <p className={css.prompt}>{image.prompt}</p>
          <p className={css.facts} aria-live="polite">
            <span>
              {at + 1} of {images.length}
            </span>
            {facts.map(fact => (
              <span key={fact}>{fact}</span>
            ))}
          </p>
        </div>
        <div className={css.actions}>
          <a className={ui.button} href={image.url} download={nameOf(image)}>
            <Icon name="download" size={14} />
            Download
          </a>
          <a
            className={ui.iconButton}
            href={image.url}
            target="_blank"
            rel="noreferrer"
            aria-label="Open the file"
            title="Open the file"
          >
            <Icon name="open" />
          </a>
          <button type="button" className={ui.iconButton} aria-label="Remove image" title="Remove" onClick={removeThis}>
            <Icon name="remove" />
          </button>
          <button type="button" className={ui.iconButton} aria-label="Close" title="Close" onClick={shut}>
            <Icon name="close" />
          </button>
        </div>
      </footer>
    </dialog>
  )
}
