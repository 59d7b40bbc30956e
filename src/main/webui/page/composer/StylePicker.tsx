import { useId } from 'react'
import { titled } from '../gallery/words.ts'
import ui from '../ui/ui.module.css'
import { Glyph } from './Glyph.tsx'
import css from './pickers.module.css'
import { STYLES } from './styles.ts'

export const StylePicker = ({ style, change }: { style?: string; change: (style?: string) => void }) => {
  const id = useId()
  return (
    <fieldset>
      <legend className={css.legend}>
        <span className={ui.label}>Style</span>
        <span className={css.value}>{style ? titled(style) : 'chosen by the words'}</span>
      </legend>
      <div className={css.options} style={{ '--across': 4 }}>
        {([undefined, ...STYLES] as const).map(name => (
          <label key={name ?? 'auto'} className={css.option}>
            <input type="radio" name={`${id}-style`} checked={style === name} onChange={() => change(name)} />
            <Glyph style={name} />
            {titled(name ?? 'auto')}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
