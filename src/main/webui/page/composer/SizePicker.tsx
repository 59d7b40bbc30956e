import { useId, useState } from 'react'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import { FORMATS, formatOf, SIDE } from './formats.ts'
import css from './pickers.module.css'
import type { Problems } from './validation.ts'

interface Size {
  width: number
  height: number
}

/** The long side of the drawn frame, in rem. */
const DRAWN = 1.5

const Shape = ({ width, height }: Size) => {
  const scale = DRAWN / Math.max(width, height)
  return (
    <span className={css.shape} aria-hidden="true">
      <span style={{ inlineSize: `${width * scale}rem`, blockSize: `${height * scale}rem` }} />
    </span>
  )
}

export const SizePicker = ({
  width,
  height,
  problems,
  change,
}: Size & { problems: Problems; change: (size: Partial<Size>) => void }) => {
  const id = useId()
  const format = formatOf(width, height)
  const [custom, setCustom] = useState(!format)
  const own = custom || !format
  return (
    <fieldset>
      <legend className={css.legend}>
        <span className={ui.label}>Size</span>
        <span className={css.value}>
          {width || '?'} × {height || '?'}
        </span>
      </legend>
      <div className={css.options} style={{ '--across': 4 }}>
        {FORMATS.map(it => (
          <label key={it.name} className={css.option} title={`${it.width} × ${it.height}`}>
            <input
              type="radio"
              name={`${id}-size`}
              checked={!own && it === format}
              onChange={() => {
                setCustom(false)
                change({ width: it.width, height: it.height })
              }}
            />
            <Shape {...it} />
            {it.name}
          </label>
        ))}
        <label className={css.option}>
          <input type="radio" name={`${id}-size`} checked={own} onChange={() => setCustom(true)} />
          <span className={css.shape} aria-hidden="true">
            …
          </span>
          Custom
        </label>
      </div>
      {own && (
        <div className={css.custom}>
          <Side name="width" value={width} problem={problems.width} describedBy={`${id}-problems`} change={change} />
          <span className={css.times} aria-hidden="true">
            ×
          </span>
          <Side name="height" value={height} problem={problems.height} describedBy={`${id}-problems`} change={change} />
        </div>
      )}
      {(problems.width || problems.height) && (
        <div id={`${id}-problems`} className={css.problems} role="alert">
          {[problems.width, problems.height].map(
            words =>
              words && (
                <p key={words} className={ui.problem}>
                  <Icon name="warning" size={13} />
                  {words}
                </p>
              ),
          )}
        </div>
      )}
    </fieldset>
  )
}

const Side = ({
  name,
  value,
  problem,
  describedBy,
  change,
}: {
  name: 'width' | 'height'
  value: number
  problem?: string
  describedBy: string
  change: (size: Partial<Size>) => void
}) => (
  <label>
    {name === 'width' ? 'Width' : 'Height'}
    <input
      className={ui.field}
      type="number"
      inputMode="numeric"
      name={name}
      min={SIDE.min}
      max={SIDE.max}
      step={8}
      value={Number.isNaN(value) ? '' : value}
      aria-invalid={!!problem}
      aria-describedby={problem && describedBy}
      onChange={event => change({ [name]: event.target.valueAsNumber })}
    />
  </label>
)
