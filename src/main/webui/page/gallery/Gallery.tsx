import { type KeyboardEvent, memo } from 'react'
import type { TimelineEntry } from '../../hooks/index.ts'
import type { Example } from '../composer/examples.ts'
import { groupsOf } from '../library/groups.ts'
import type { Wanted } from '../library/search.ts'
import type { Density } from '../library/useMarks.ts'
import ui from '../ui/ui.module.css'
import { EmptySheet } from './EmptySheet.tsx'
import css from './Gallery.module.css'
import { type Selection, Strip, type StripActions } from './Strip.tsx'
import { Toolbar } from './Toolbar.tsx'
import { useMore } from './useMore.ts'
import { walk } from './walk.ts'
import { imagesOf, isRunning } from './words.ts'

const NOBODY: ReadonlySet<string> = new Set()
const NOTHING: Record<string, string> = {}

export const Gallery = memo(
  ({
    timeline,
    shown = timeline,
    actions,
    tryExample,
    favourites = NOBODY,
    parents = NOTHING,
    density = 'medium',
    wanted,
    tools,
    selection,
  }: {
    timeline: TimelineEntry[]
    /** Those of the timeline that are looked for. */
    shown?: TimelineEntry[]
    actions: StripActions
    tryExample: (example: Example) => void
    favourites?: ReadonlySet<string>
    parents?: Record<string, string>
    density?: Density
    wanted?: Wanted
    tools?: {
      want: (wanted: Wanted) => void
      setDensity: (density: Density) => void
      select: () => void
      cancelAll: () => void
    }
    selection?: Selection
  }) => {
    const running = timeline.filter(isRunning).length
    const done = timeline.flatMap(({ images }) => images.filter(({ url }) => url)).length
    const [some, more] = useMore(shown)
    const groups = groupsOf(some, Date.now())
    return (
      <section className={css.sheet} data-density={density} aria-labelledby="sheet-title">
        <header className={css.head}>
          <h2 id="sheet-title" className={css.title} tabIndex={-1}>
            Your images
          </h2>
          <p className={css.sum}>
            {done > 0 && imagesOf(done)}
            {done > 0 && running > 0 && ', '}
            {running > 0 && `${running} in progress`}
          </p>
          {tools && wanted && timeline.length > 0 && (
            <Toolbar wanted={wanted} density={density} running={running} selecting={!!selection} {...tools} />
          )}
        </header>
        {!timeline.length && <EmptySheet tryExample={tryExample} />}
        {timeline.length > 0 && !shown.length && (
          <div className={css.nothing}>
            <p>Nothing here is like that.</p>
            <button type="button" className={ui.button} onClick={() => tools?.want({ words: '', favourites: false })}>
              Show everything
            </button>
          </div>
        )}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrows are for whichever image has the focus */}
        <div onKeyDown={walkWith}>
          {groups.map(({ name, entries }) => (
            <section key={name} className={css.group} aria-label={name}>
              {(groups.length > 1 || name !== 'Today') && <h3 className={css.day}>{name}</h3>}
              {/* biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from a list without bullets */}
              <ul role="list" className={css.strips} aria-label="Images">
                {entries.map(entry => (
                  <Strip
                    key={entry.id}
                    entry={entry}
                    actions={actions}
                    favourites={favourites}
                    parent={parents[entry.id]}
                    selection={selection}
                  />
                ))}
              </ul>
            </section>
          ))}
        </div>
        {more && <div ref={more} className={css.more} />}
      </section>
    )
  },
)

const walkWith = (event: KeyboardEvent) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (walk(event.key, event.target as Element, event.currentTarget)) event.preventDefault()
}
