import css from './Mark.module.css'

/** A frame on a contact sheet, circled: the chosen one. */
export const Mark = ({ size = 26 }: { size?: number }) => (
  <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className={css.mark}>
    <rect x="8" y="10" width="16" height="12" className={css.frame} />
    <path
      d="M16 4.600c7-.9 12.300 3.400 12.200 10.700S23 28 15.200 27.400C8.200 26.900 3.500 22 3.900 15.600 4.200 9.900 9.200 5.400 17.500 5.900"
      className={css.circle}
    />
  </svg>
)
