import type { Wanted } from '../library/search.ts'
import type { Density } from '../library/useMarks.ts'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import css from './Toolbar.module.css'

const SIZES: [Density, string][] = [
  ['small', 'S'],
  ['medium', 'M'],
  ['large', 'L'],
]

/** To find, to sort out, and to see more or better. */
export const Toolbar = ({
  wanted,
  want,
  density,
  setDensity,
  running,
  cancelAll,
  selecting,
  select,
}: {
  wanted: Wanted
  want: (wanted: Wanted) => void
  density: Density
  setDensity: (density: Density) => void
  running: number
  cancelAll: () => void
  selecting: boolean
  select: () => void
}) => (
  <div className={css.tools} role="toolbar" aria-label="Your images">
    {running > 1 && (
      <button type="button" className={ui.button} onClick={cancelAll}>
        Cancel all {running}
      </button>
    )}
    <label className={css.search}>
      <span className="hidden-visually">Search</span>
      <Icon name="search" />
      <input
        type="search"
        data-search=""
        dir="auto"
        placeholder="Search"
        value={wanted.words}
        onChange={event => want({ ...wanted, words: event.target.value })}
      />
    </label>
    <button
      type="button"
      className={ui.iconButton}
      aria-label="Favourites only"
      title="Favourites only"
      aria-pressed={wanted.favourites}
      onClick={() => want({ ...wanted, favourites: !wanted.favourites })}
    >
      <Icon name={wanted.favourites ? 'starred' : 'star'} />
    </button>
    <button
      type="button"
      className={ui.iconButton}
      aria-label="Select images"
      title="Select images, to download or remove several"
      aria-pressed={selecting}
      onClick={select}
    >
      <Icon name="select" />
    </button>
    <fieldset className={css.sizes}>
      <legend className="hidden-visually">How large</legend>
      {SIZES.map(([size, letter]) => (
        <button
          key={size}
          type="button"
          className={css.size}
          aria-label={`${size.charAt(0).toUpperCase()}${size.slice(1)} images`}
          aria-pressed={density === size}
          onClick={() => setDensity(size)}
        >
          {letter}
        </button>
      ))}
    </fieldset>
  </div>
)
