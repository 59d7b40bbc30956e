import css from './Glyph.module.css'
import { GLYPHS, type StyleName } from './styles.ts'

/** A style, drawn in a few lines; always beside its name. */
export const Glyph = ({ style, className = '' }: { style?: StyleName; className?: string }) => (
  <svg viewBox="0 0 24 24" width="26" height="26" className={`${css.glyph} ${className}`} aria-hidden="true">
    <path d={GLYPHS[style ?? 'auto']} />
  </svg>
)
