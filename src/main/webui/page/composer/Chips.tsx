import type { GenerationParams } from '../../hooks/index.ts'
import { imagesOf, titled } from '../gallery/words.ts'
import { Icon } from '../ui/Icon.tsx'
import css from './Chips.module.css'
import { formatOf } from './formats.ts'

/** On a phone: what is chosen, in a line, instead of all that could be. */
export const Chips = ({
  params: { width, height, style, count, seed },
  open,
  toggle,
  controls,
}: {
  params: GenerationParams
  open: boolean
  toggle: () => void
  controls: string
}) => {
  const chosen = [
    formatOf(width, height)?.name ?? `${width || '?'} × ${height || '?'}`,
    titled(style ?? 'auto'),
    imagesOf(count),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
  ]
  return (
    <button type="button" className={css.chips} aria-expanded={open} aria-controls={controls} onClick={toggle}>
      <span className="hidden-visually">Choices: </span>
      {chosen.map(words => (
        <span key={words} className={css.chip}>
          {words}
        </span>
      ))}
      <span className={css.more}>
        <Icon name={open ? 'close' : 'sliders'} />
      </span>
    </button>
  )
}
