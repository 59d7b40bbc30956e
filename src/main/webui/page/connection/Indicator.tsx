import type { ConnectionSnapshot, ConnectionState, TransportName } from '../../hooks/index.ts'
import css from './Indicator.module.css'
import { Sign } from './Sign.tsx'
import { SHORT, STATES, TRANSPORTS } from './words.ts'

export const PANEL_ID = 'connection-panel'

/** The transport only where it is one that is in use, or tried. */
const labelOf = (state: ConnectionState, transport: TransportName): string =>
  `Connection: ${STATES[state]}${QUIET.includes(state) ? '' : `, ${TRANSPORTS[transport]}`}`

const QUIET: ConnectionState[] = ['polling', 'expired', 'failed', 'paused', 'idle']

export const Indicator = ({
  connection: { state, transport },
  open,
  toggle,
  ref,
}: {
  connection: ConnectionSnapshot
  open: boolean
  toggle: () => void
  ref?: React.Ref<HTMLButtonElement>
}) => (
  <button
    ref={ref}
    type="button"
    className={css.indicator}
    data-transport={transport}
    data-state={state}
    aria-label={labelOf(state, transport)}
    aria-expanded={open}
    aria-controls={open ? PANEL_ID : undefined}
    onClick={toggle}
  >
    <Sign state={state} />
    <span>{STATES[state]}</span>
    {!QUIET.includes(state) && <span className={css.transport}>{SHORT[transport]}</span>}
  </button>
)
