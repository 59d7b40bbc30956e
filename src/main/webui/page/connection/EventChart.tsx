import type { RecentEvent } from '../../hooks/index.ts'
import { useNow } from '../ui/useNow.ts'
import css from './charts.module.css'
import { KINDS, milliseconds } from './words.ts'

const WIDTH = 300
const HEIGHT = 72
const SPAN = 60_000
/** A gap as long as this, or longer, is drawn at full height. */
const LONGEST = 30_000

/** Short gaps matter as much as long ones: 1 ms is flat, 30 s is full. */
const heightOf = (gapMs: number): number =>
  4 + (HEIGHT - 10) * Math.min(1, Math.log1p(Math.max(0, gapMs)) / Math.log1p(LONGEST))

/** The last minute, moving: one tick per event, as high as the silence before it was long. */
export const EventChart = ({ minute }: { minute: () => RecentEvent[] }) => {
  const now = useNow(true, 250)
  const seen = minute().filter(({ at }) => now - at < SPAN)
  const updates = seen.filter(({ kind }) => kind === 'message').length
  const words = `In the last minute: ${updates} updates, ${seen.length - updates} other events.`
  return (
    <figure className={css.chart}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
        className={css.plot}
      >
        {[15, 30, 45].map(seconds => (
          <line
            key={seconds}
            className={css.grid}
            x1={WIDTH - (seconds * 1000 * WIDTH) / SPAN}
            x2={WIDTH - (seconds * 1000 * WIDTH) / SPAN}
            y1="0"
            y2={HEIGHT}
          />
        ))}
        <line className={css.base} x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {seen.map(({ at, kind, gapMs }, index) => {
          const x = WIDTH - ((now - at) * WIDTH) / SPAN
          return (
            <line
              // biome-ignore lint/suspicious/noArrayIndexKey: two events may have come in the same millisecond
              key={`${at}.${index}`}
              className={css.tick}
              data-kind={kind}
              x1={x}
              x2={x}
              y1={HEIGHT}
              y2={HEIGHT - heightOf(gapMs)}
            >
              <title>{`${KINDS[kind]}, ${milliseconds(gapMs)} after the one before`}</title>
            </line>
          )
        })}
      </svg>
      <figcaption className={css.axis}>
        <span>60 s ago</span>
        <span>
          <i className={css.key} data-kind="message" /> update <i className={css.key} data-kind="heartbeat" /> other
        </span>
        <span>now</span>
      </figcaption>
    </figure>
  )
}
