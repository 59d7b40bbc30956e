import { EXAMPLES, type Example } from '../composer/examples.ts'
import css from './EmptySheet.module.css'
import { titled } from './words.ts'

/** Nothing made yet: what was made of these words elsewhere, and one click to make it here. */
export const EmptySheet = ({ tryExample }: { tryExample: (example: Example) => void }) => (
  <div>
    <p className={css.lead}>Describe an image and press Generate. Or start with one of these: a click makes it.</p>
    {/* biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from a list without bullets */}
    <ul role="list" className={css.frames} aria-label="Example prompts">
      {EXAMPLES.map(example => (
        <li key={example.prompt} style={{ '--ratio': example.width / example.height }} className={css.item}>
          <button type="button" className={css.frame} onClick={() => tryExample(example)}>
            <span className={css.edge}>
              <span>{titled(example.style)}</span>
              <span>
                {example.width}×{example.height}
              </span>
            </span>
            <img
              className={css.picture}
              src={example.picture}
              alt=""
              width={example.width}
              height={example.height}
              decoding="async"
            />
            <span className={css.prompt}>{example.prompt}</span>
          </button>
        </li>
      ))}
    </ul>
  </div>
)
