import { memo } from 'react'
import type { TimelineEntry } from '../../hooks/index.ts'
import type { Example } from '../composer/examples.ts'
import { EmptySheet } from './EmptySheet.tsx'
import css from './Gallery.module.css'
import { Strip, type StripActions } from './Strip.tsx'
import { imagesOf, isRunning } from './words.ts'

export const Gallery = memo(
  ({
    timeline,
    actions,
    tryExample,
  }: {
    timeline: TimelineEntry[]
    actions: StripActions
    tryExample: (example: Example) => void
  }) => {
    const running = timeline.filter(isRunning).length
    const done = timeline.flatMap(({ images }) => images.filter(({ url }) => url)).length
    return (
      <section className={css.sheet} aria-labelledby="sheet-title">
        <header className={css.head}>
          <h2 id="sheet-title" className={css.title}>
            Contact sheet
          </h2>
          <p className={css.sum}>
            {done > 0 && imagesOf(done)}
            {done > 0 && running > 0 && ', '}
            {running > 0 && `${running} in progress`}
          </p>
        </header>
        {timeline.length ? (
          // biome-ignore lint/a11y/noRedundantRoles: Safari takes the role from a list without bullets
          <ul role="list" className={css.strips} aria-label="Images">
            {timeline.map(entry => (
              <Strip key={entry.id} entry={entry} actions={actions} />
            ))}
          </ul>
        ) : (
          <EmptySheet tryExample={tryExample} />
        )}
      </section>
    )
  },
)
