import { useId } from 'react'
import ui from '../ui/ui.module.css'
import css from './pickers.module.css'
import { GLYPHS, STYLES } from './styles.ts'

const title = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

export const StylePicker = ({ style, change }: { style?: string; change: (style?: string) => void }) => {
  const id = useId()
  return (
    <fieldset>
      <legend className={css.legend}>
        <span className={ui.label}>Style</span>
        <span className={css.value}>{style ? title(style) : 'chosen by the words'}</span>
      </legend>
      <div className={css.options} style={{ '--across': 4 }}>
        {([undefined, ...STYLES] as const).map(name => (
          <label key={name ?? 'auto'} className={css.option}>
            <input type="radio" name={`${id}-style`} checked={style === name} onChange={() => change(name)} />
            <svg viewBox="0 0 24 24" width="26" height="26" className={css.glyph} aria-hidden="true">
              <path d={GLYPHS[name ?? 'auto']} />
            </svg>
            {title(name ?? 'auto')}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
