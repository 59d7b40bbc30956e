import { useId } from 'react'
import ui from '../ui/ui.module.css'
import { COUNTS } from './formats.ts'
import css from './pickers.module.css'

export const CountPicker = ({ count, change }: { count: number; change: (count: number) => void }) => {
  const id = useId()
  return (
    <fieldset>
      <legend className={css.legend}>
        <span className={ui.label}>Count</span>
        <span className={css.value}>{count === 1 ? 'one image' : `${count} images`}</span>
      </legend>
      <div className={css.options} style={{ '--across': 4 }}>
        {COUNTS.map(it => (
          <label key={it} className={`${css.option} ${css.single}`}>
            <input type="radio" name={`${id}-count`} checked={count === it} onChange={() => change(it)} />
            {it}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
