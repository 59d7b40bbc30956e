import { useId } from 'react'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import css from './SeedPicker.module.css'
import { SEED_MAX } from './validation.ts'

/** Which of the many images of the same words: chance's, or again the one of a number. */
export const SeedPicker = ({
  seed,
  problem,
  change,
}: {
  seed?: number
  problem?: string
  change: (seed?: number) => void
}) => {
  const id = useId()
  const locked = seed !== undefined
  return (
    <fieldset>
      <legend className={css.legend}>
        <span className={ui.label}>Seed</span>
        <span className={css.value}>{locked ? 'the same image again' : 'another image each time'}</span>
      </legend>
      <div className={css.row}>
        <input
          id={id}
          className={ui.field}
          type="number"
          inputMode="numeric"
          name="seed"
          aria-label="Seed"
          min={0}
          max={SEED_MAX}
          step={1}
          placeholder="by chance"
          value={seed === undefined || Number.isNaN(seed) ? '' : seed}
          aria-invalid={!!problem}
          aria-describedby={problem && `${id}-problem`}
          onChange={event => change(event.target.value === '' ? undefined : event.target.valueAsNumber)}
        />
        <button
          type="button"
          className={ui.button}
          aria-pressed={locked}
          onClick={() => change(locked ? undefined : Math.floor(Math.random() * (SEED_MAX + 1)))}
        >
          <Icon name={locked ? 'lock' : 'dice'} size={14} />
          {locked ? 'Locked' : 'Lock one'}
        </button>
      </div>
      {problem && (
        <p id={`${id}-problem`} className={ui.problem} role="alert">
          <Icon name="warning" size={13} />
          {problem}
        </p>
      )}
    </fieldset>
  )
}
