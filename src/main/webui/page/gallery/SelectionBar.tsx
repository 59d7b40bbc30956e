import { useState } from 'react'
import type { GalleryImage } from '../../hooks/index.ts'
import { saveAsZip } from '../library/zip.ts'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import css from './SelectionBar.module.css'
import { imagesOf } from './words.ts'

/** What can be done with several images at once. */
export const SelectionBar = ({
  images,
  star,
  remove,
  say,
  close,
}: {
  images: GalleryImage[]
  star: () => void
  remove: () => void
  say: (words: string) => void
  close: () => void
}) => {
  const [busy, setBusy] = useState(false)
  const none = !images.length
  const download = async () => {
    setBusy(true)
    try {
      const missed = await saveAsZip(images, `images-${new Date().toISOString().slice(0, 10)}.zip`)
      if (missed) say(`${imagesOf(missed)} could not be fetched and ${missed === 1 ? 'is' : 'are'} not in the file.`)
    } catch {
      say('The file could not be made.')
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={css.bar} role="toolbar" aria-label="Selected images">
      <p className={css.count} aria-live="polite">
        {none ? 'Choose images' : `${imagesOf(images.length)} selected`}
      </p>
      <button type="button" className={ui.button} disabled={none || busy} onClick={download}>
        <Icon name="download" size={14} />
        {busy ? 'Packing…' : 'Download'}
      </button>
      <button
        type="button"
        className={ui.iconButton}
        aria-label="Favourite"
        title="Favourite"
        disabled={none}
        onClick={star}
      >
        <Icon name="star" />
      </button>
      <button
        type="button"
        className={ui.iconButton}
        aria-label="Remove selected"
        title="Remove"
        disabled={none}
        onClick={remove}
      >
        <Icon name="remove" />
      </button>
      <button type="button" className={ui.button} onClick={close}>
        Done
      </button>
    </div>
  )
}
