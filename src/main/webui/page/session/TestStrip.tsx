import { HEIGHT, ridges, WIDTH } from './ridges.ts'
import css from './TestStrip.module.css'

const SECONDS = [2, 4, 8, 16, 32]

/** A test strip: one negative, exposed longer and longer from left to right. Decoration only. */
export const TestStrip = () => (
  <div className={css.sheet} aria-hidden="true">
    <svg
      className={css.picture}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      <rect width={WIDTH} height={HEIGHT} className={css.sky} />
      <circle cx={WIDTH * 0.69} cy={HEIGHT * 0.27} r={WIDTH * 0.075} className={css.sun} />
      {ridges.map(({ path, depth }) => (
        <path key={depth} d={path} className={css.ridge} fillOpacity={0.14 + 0.6 * depth} />
      ))}
    </svg>
    {SECONDS.map((seconds, index) => (
      <div key={seconds} className={css.step} data-step={index}>
        <span className={css.seconds}>{seconds} s</span>
      </div>
    ))}
  </div>
)
