import { useEffect, useRef, useState } from 'react'
import type {
  ConnectionSnapshot,
  Experiments,
  RecentEvent,
  ServerSentEvents,
  TransportName,
} from '../../hooks/index.ts'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import { useNow } from '../ui/useNow.ts'
import { EventChart } from './EventChart.tsx'
import { PANEL_ID } from './Indicator.tsx'
import { LatencyChart } from './LatencyChart.tsx'
import css from './Panel.module.css'
import { Sign } from './Sign.tsx'
import { milliseconds, SHORT, STATES, sentenceOf, sharingOf, TRANSPORTS } from './words.ts'

export type PanelLink = ConnectionSnapshot &
  Pick<ServerSentEvents, 'stats' | 'reconnect'> & { experiments: Experiments }

/** What the connection is doing, and things to try with it. */
export const Panel = ({
  link,
  minute,
  close,
}: {
  link: PanelLink
  /** The events of the last minute. */
  minute: () => RecentEvent[]
  close: () => void
}) => {
  const title = useRef<HTMLHeadingElement>(null)
  const [cut, setCut] = useState(false)
  const { state, transport, stats, experiments, reconnect } = link
  useEffect(() => title.current?.focus(), [])
  const goOffline = () => {
    experiments.offline(!cut)
    setCut(!cut)
  }
  return (
    <aside
      id={PANEL_ID}
      className={css.panel}
      aria-labelledby="connection-title"
      onKeyDown={event => event.key === 'Escape' && close()}
    >
      <header className={css.head}>
        <h2 id="connection-title" ref={title} tabIndex={-1} className={css.title}>
          Connection
        </h2>
        <button
          type="button"
          className={ui.iconButton}
          aria-label="Close the connection panel"
          title="Close"
          onClick={close}
        >
          <Icon name="close" />
        </button>
      </header>
      <p className={css.state}>
        <Sign state={state} />
        <strong>{STATES[state]}</strong>
        <span className={css.sentence}>{sentenceOf(link)}</span>
      </p>
      <Facts link={link} />
      <section>
        <h3 className={css.subtitle}>The last minute</h3>
        <p className={ui.hint}>One line per event; the higher, the longer the silence before it.</p>
        <EventChart minute={minute} />
      </section>
      <section>
        <h3 className={css.subtitle}>Time to the first update</h3>
        <LatencyChart transports={stats.transports} />
      </section>
      <section>
        <h3 className={css.subtitle}>Try it</h3>
        <p className={ui.hint}>Start an image, then break something. It still arrives.</p>
        <div className={css.tries}>
          <button type="button" className={ui.button} onClick={experiments.drop}>
            Drop the connection
          </button>
          <button type="button" className={ui.button} aria-pressed={cut} onClick={goOffline}>
            Simulate offline
          </button>
          <button type="button" className={ui.button} onClick={reconnect}>
            Reconnect now
          </button>
        </div>
        <fieldset className={css.switch}>
          <legend className={ui.hint}>Carry updates over; back again where the server does not offer it</legend>
          {(Object.keys(TRANSPORTS) as TransportName[]).map(name => (
            <button
              key={name}
              type="button"
              className={ui.button}
              aria-pressed={transport === name}
              onClick={() => experiments.use(name)}
            >
              {SHORT[name]}
            </button>
          ))}
        </fieldset>
      </section>
    </aside>
  )
}

const Facts = ({ link }: { link: PanelLink }) => {
  const { state, transport, nextRetryAt, lastSeenAt, openedAt, reconnectCount, lastEventId, stats } = link
  const now = useNow(true)
  const { openMs, messages } = stats.transports[transport]
  const rows: [string, string, string][] = [
    ['Transport', TRANSPORTS[transport], 'transport'],
    ['Shared', sharingOf(link), 'sharing'],
    ['Cursor', lastEventId ?? 'none yet', 'cursor'],
    ['Reconnects', String(reconnectCount), 'reconnects'],
    ['Next try', nextRetryAt ? `in ${milliseconds(Math.max(0, nextRetryAt - now))}` : 'none needed', 'next-try'],
    ['Last heard', lastSeenAt ? `${milliseconds(Math.max(0, now - lastSeenAt))} ago` : 'nothing yet', 'last-heard'],
    ['Open for', openedAt && state === 'open' ? milliseconds(Math.max(0, now - openedAt)) : 'not open', 'open-for'],
    ['Opened in', openMs === undefined ? 'not yet' : milliseconds(openMs), 'opened-in'],
    ['Updates', `${messages}, repeats dropped ${stats.repeats}, invalid ${stats.invalid}`, 'updates'],
  ]
  return (
    <dl className={css.facts}>
      {rows.map(([term, value, fact]) => (
        <div key={fact}>
          <dt>{term}</dt>
          <dd data-fact={fact}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
