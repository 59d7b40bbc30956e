import { useEffect, useRef } from 'react'
import type { GalleryImage } from '../../hooks/index.ts'
import { short } from '../gallery/words.ts'
import css from './Filmstrip.module.css'

/** To either side of the one that is looked at. */
const REACH = 12

/** The neighbours, small. */
export const Filmstrip = ({ images, at, show }: { images: GalleryImage[]; at: number; show: (id: string) => void }) => {
  const current = useRef<HTMLButtonElement>(null)
  const from = Math.max(0, at - REACH)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is looked at
  useEffect(() => {
    current.current?.scrollIntoView?.({ block: 'nearest', inline: 'center' })
  }, [at])
  if (images.length < 2) return null
  return (
    <nav className={css.strip} aria-label="All images">
      {images.slice(from, at + REACH + 1).map((image, index) => (
        <button
          key={image.id}
          ref={from + index === at ? current : undefined}
          type="button"
          className={css.frame}
          aria-label={`Image ${from + index + 1}: ${short(image.prompt, 40)}`}
          aria-current={from + index === at || undefined}
          onClick={() => show(image.id)}
        >
          <img src={image.thumbnail ?? image.url} alt="" loading="lazy" decoding="async" />
        </button>
      ))}
    </nav>
  )
}
