import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react'
import type { GalleryImage, TimelineEntry } from '../../hooks/index.ts'
import { bytes, titled, when } from '../gallery/words.ts'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import { copyImage, copyText } from './clipboard.ts'
import { Filmstrip } from './Filmstrip.tsx'
import css from './Lightbox.module.css'
import { useZoom } from './useZoom.ts'

export interface LightboxProps {
  /** Those that can be turned to. */
  images: GalleryImage[]
  id: string
  entryOf: (image: GalleryImage) => TimelineEntry | undefined
  show: (id: string) => void
  close: () => void
  remove: (id: string) => void
  favourites?: ReadonlySet<string>
  star?: (id: string) => void
  vary?: (image: GalleryImage) => void
  reuse?: (image: GalleryImage) => void
}

const nameOf = ({ fileName, id }: GalleryImage) => fileName || `${id.replaceAll('/', '-')}.png`

/** One image as large as the window, closer on demand, and the way to its neighbours. The dialog keeps the focus inside. */
export const Lightbox = ({
  images,
  id,
  entryOf,
  show,
  close,
  remove,
  favourites,
  star,
  vary,
  reuse,
}: LightboxProps) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const [pinned, setPinned] = useState<string>()
  const [said, setSaid] = useState('')
  const at = images.findIndex(image => image.id === id)
  const image = images[at]
  const beside = images.find(it => it.id === pinned)
  const go = (to: number) => {
    const next = images[to]
    if (next) show(next.id)
  }
  const zoom = useZoom(id, by => go(at + by))
  useEffect(() => {
    const element = dialog.current
    if (element && !element.open) element.showModal()
  }, [])
  // Removed, here or in another tab.
  useEffect(() => {
    if (!image) close()
  }, [image, close])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said was about another image
  useEffect(() => setSaid(''), [id])
  if (!image) return null

  // The browser tells `onClose`, and gives the focus back.
  const shut = () => dialog.current?.close()
  const compare = () => setPinned(beside ? undefined : image.id)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: images.length - 1 }[event.key]
    if (to !== undefined) go(to)
    else if (event.key === 'c' && images.length > 1) compare()
    else if (event.key === 'f') star?.(image.id)
    else if (!zoom.onKey(event.key)) return
    event.preventDefault()
  }
  const onClick = ({ target }: MouseEvent) => {
    // Beside the image.
    if (target instanceof HTMLElement && target.dataset.around !== undefined && !zoom.zoomed) shut()
  }
  const removeThis = () => {
    const neighbour = images[at + 1] ?? images[at - 1]
    remove(image.id)
    if (neighbour) show(neighbour.id)
    else shut()
  }
  const copy = async (what: string, how: Promise<void>) =>
    setSaid(
      await how.then(
        () => `${what} copied.`,
        () => `${what} could not be copied.`,
      ),
    )
  const style = entryOf(image)?.params.style
  const facts = [
    `${image.width} × ${image.height}`,
    style && titled(style),
    image.seed !== undefined && `Seed ${image.seed}`,
    image.fileSize && bytes(image.fileSize),
    when(image.createdAt),
  ].filter((fact): fact is string => !!fact)
  const favourite = !!favourites?.has(image.id)

  return (
    <dialog
      ref={dialog}
      className={css.box}
      aria-label={image.prompt}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onClose={close}
    >
      <div className={css.stage} data-around="">
        <button
          type="button"
          className={css.turn}
          aria-label="Previous image"
          disabled={at === 0}
          onClick={() => go(at - 1)}
        >
          <Icon name="previous" size={22} />
        </button>
        <div className={css.pair} data-around="" data-beside={!!beside && beside.id !== image.id}>
          {beside && beside.id !== image.id && (
            <div className={css.holder} data-around="">
              <img
                className={css.image}
                src={beside.url}
                alt={beside.prompt}
                width={beside.width}
                height={beside.height}
              />
              <span className={css.tag}>Pinned</span>
            </div>
          )}
          <div className={css.holder} data-around="" data-zoomed={zoom.zoomed} {...zoom.handlers}>
            <Picture key={image.id} image={image} zoom={zoom} />
          </div>
        </div>
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
      <Filmstrip images={images} at={at} show={show} />
      <footer className={css.foot}>
        <div className={css.words}>
          <p className={css.prompt} dir="auto">
            {image.prompt}
          </p>
          <p className={css.facts} aria-live="polite">
            <span>
              {at + 1} of {images.length}
            </span>
            {facts.map(fact => (
              <span key={fact}>{fact}</span>
            ))}
            {said && <strong>{said}</strong>}
          </p>
        </div>
        <div className={css.actions}>
          <a className={ui.button} href={image.url} download={nameOf(image)}>
            <Icon name="download" size={14} />
            Download
          </a>
          {vary && (
            <button type="button" className={ui.button} title="Make another one like it" onClick={() => vary(image)}>
              <Icon name="branch" size={14} />
              Another like it
            </button>
          )}
          {reuse && (
            <button
              type="button"
              className={ui.iconButton}
              aria-label="Use its prompt and seed"
              title="Use its prompt and seed"
              onClick={() => reuse(image)}
            >
              <Icon name="reuse" />
            </button>
          )}
          {star && (
            <button
              type="button"
              className={ui.iconButton}
              aria-label="Favourite"
              title="Favourite (f)"
              aria-pressed={favourite}
              onClick={() => star(image.id)}
            >
              <Icon name={favourite ? 'starred' : 'star'} />
            </button>
          )}
          <button
            type="button"
            className={ui.iconButton}
            aria-label="Actual size"
            title="Actual size (1)"
            aria-pressed={zoom.zoomed}
            onClick={() => zoom.actual()}
          >
            <Icon name="actual" />
          </button>
          {images.length > 1 && (
            <button
              type="button"
              className={ui.iconButton}
              aria-label="Compare with another image"
              title="Compare: stays while you turn to another (c)"
              aria-pressed={!!beside}
              onClick={compare}
            >
              <Icon name="compare" />
            </button>
          )}
          <button
            type="button"
            className={ui.iconButton}
            aria-label="Copy the prompt"
            title="Copy the prompt"
            onClick={() => copy('Prompt', copyText(image.prompt))}
          >
            <Icon name="words" />
          </button>
          <button
            type="button"
            className={ui.iconButton}
            aria-label="Copy the image"
            title="Copy the image"
            onClick={() => copy('Image', copyImage(image.url ?? ''))}
          >
            <Icon name="copy" />
          </button>
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

/** The whole file, and until it is there the small one in its place. */
const Picture = ({ image, zoom }: { image: GalleryImage; zoom: ReturnType<typeof useZoom> }) => {
  const [state, setState] = useState<'loading' | 'there' | 'missing'>('loading')
  if (state === 'missing') return <p className={css.missing}>This image is no longer there.</p>
  return (
    <>
      <img
        ref={zoom.image}
        className={css.image}
        src={image.url}
        alt={image.prompt}
        width={image.width}
        height={image.height}
        draggable={false}
        style={{ ...zoom.style, backgroundImage: image.thumbnail && `url("${encodeURI(image.thumbnail)}")` }}
        onLoad={() => setState('there')}
        onError={() => setState('missing')}
      />
      {state === 'loading' && (
        <span className={css.loading} role="status">
          Loading {image.fileSize ? bytes(image.fileSize) : 'the image'}…
        </span>
      )}
    </>
  )
}
