import type { ConnectionSnapshot, ConnectionState } from '../../hooks/index.ts'
import css from './Indicator.module.css'
import { Sign } from './Sign.tsx'
import { SHORT, STATES } from './words.ts'

export const PANEL_ID = 'connection-panel'

/** No transport is in use then, or the state says it already. */
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
}) => {
  const carried = QUIET.includes(state) ? '' : SHORT[transport]
  return (
    <button
      ref={ref}
      type="button"
      className={css.indicator}
      data-transport={transport}
      data-state={state}
      aria-label={`Connection: ${STATES[state]} ${carried}`.trim()}
      aria-expanded={open}
      aria-controls={open ? PANEL_ID : undefined}
      onClick={toggle}
    >
      <Sign state={state} />
      <span>
        {STATES[state]} {carried && <span className={css.transport}>{carried}</span>}
      </span>
    </button>
  )
}
