import type { ConnectionSnapshot } from '../../hooks/index.ts'
import css from './Indicator.module.css'
import { Sign } from './Sign.tsx'
import { SHORT, STATES, TRANSPORTS } from './words.ts'

export const PANEL_ID = 'connection-panel'

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
    aria-label={`Connection: ${STATES[state]}, ${TRANSPORTS[transport]}`}
    aria-expanded={open}
    aria-controls={open ? PANEL_ID : undefined}
    onClick={toggle}
  >
    <Sign state={state} />
    <span>{STATES[state]}</span>
    {state !== 'polling' && <span className={css.transport}>{SHORT[transport]}</span>}
  </button>
)
