import type { ConnectionState } from '../../hooks/index.ts'
import css from './Sign.module.css'
import { SIGNS } from './words.ts'

/** A state as a drawing that can be told from the others without colour. */
export const Sign = ({ state }: { state: ConnectionState }) => {
  const sign = SIGNS[state]
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" className={css.sign} data-sign={sign} aria-hidden="true">
      {sign === 'broken' ? (
        <path d="M3 3l6 6M9 3l-6 6" />
      ) : (
        <>
          <circle cx="6" cy="6" r="4" />
          {sign === 'live' && <circle cx="6" cy="6" r="4.600" className={css.solid} />}
          {sign === 'half' && <path d="M6 2a4 4 0 0 1 0 8z" className={css.solid} />}
        </>
      )}
    </svg>
  )
}
