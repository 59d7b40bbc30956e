import { EXAMPLES, type Example } from '../composer/examples.ts'
import { Glyph } from '../composer/Glyph.tsx'
import css from './EmptySheet.module.css'
import { titled } from './words.ts'

/** Nothing exposed yet: frames that say what could be on them. */
export const EmptySheet = ({ tryExample }: { tryExample: (example: Example) => void }) => (
  <div>
    <p className={css.lead}>Nothing exposed yet. Write a prompt, or take one of these to the bench.</p>
    {/* biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from a list without bullets */}
    <ul role="list" className={css.frames} aria-label="Example prompts">
      {EXAMPLES.map(example => (
        <li key={example.prompt} style={{ '--ratio': example.width / example.height }} className={css.item}>
          <button type="button" className={css.frame} onClick={() => tryExample(example)}>
            <span className={css.edge}>
              <span>{titled(example.style ?? 'auto')}</span>
              <span>
                {example.width}×{example.height}
              </span>
            </span>
            <span className={css.area}>
              <Glyph style={example.style} className={css.glyph} />
              <span className={css.prompt}>{example.prompt}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  </div>
)
