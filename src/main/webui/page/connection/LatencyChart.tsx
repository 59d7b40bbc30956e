import { quantile } from '../../core/quantile.ts'
import type { Stats, TransportName } from '../../hooks/index.ts'
import css from './charts.module.css'
import { milliseconds, SHORT } from './words.ts'

const WIDTH = 300
const HEIGHT = 40
const SLOTS = 50

/** From the accepted request to its first update, one bar each, for the transports that have carried any. */
export const LatencyChart = ({ transports }: Pick<Stats, 'transports'>) => {
  const used = (Object.keys(transports) as TransportName[]).filter(name => transports[name].latencies.length)
  const longest = Math.max(1, ...used.flatMap(name => transports[name].latencies))
  if (!used.length) return <p className={css.none}>Generate an image, and the time to its first update shows here.</p>
  return used.map(name => {
    const { latencies } = transports[name]
    const median = milliseconds(quantile(latencies, 0.5) ?? 0)
    const high = milliseconds(quantile(latencies, 0.95) ?? 0)
    return (
      <figure key={name} className={css.chart}>
        <figcaption className={css.axis}>
          <span>{SHORT[name]}</span>
          <span>
            median {median}, p95 {high}
          </span>
        </figcaption>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className={css.plot}
          role="img"
          aria-label={`Time to the first update over ${SHORT[name]}: median ${median}, 95th percentile ${high}`}
        >
          <line className={css.base} x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
          {latencies.map((latency, index) => {
            const height = Math.max(2, (latency / longest) * (HEIGHT - 4))
            return (
              <rect
                // biome-ignore lint/suspicious/noArrayIndexKey: a place in a row
                key={index}
                className={css.bar}
                x={WIDTH - (latencies.length - index) * (WIDTH / SLOTS)}
                y={HEIGHT - height}
                width={WIDTH / SLOTS - 2}
                height={height}
              />
            )
          })}
        </svg>
      </figure>
    )
  })
}
