const strip = (id: string) => document.querySelector<HTMLElement>(`[data-entry-id="${CSS.escape(id)}"]`)

const calm = () => globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches

/** Brings a strip before the eyes as soon as it is there, if it would come to lie out of sight. */
export const reveal = (id: string): void => {
  // After React has drawn it, and what is laid out has been.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const element = strip(id)
      if (!element) return
      const { top, bottom } = element.getBoundingClientRect()
      if (top >= 0 && bottom <= innerHeight) return
      // On glass the keyboard covers half of what is to be seen.
      if (globalThis.matchMedia?.('(pointer: coarse)').matches) (document.activeElement as HTMLElement | null)?.blur()
      element.scrollIntoView({ block: 'start', behavior: calm() ? 'instant' : 'smooth' })
    }),
  )
}

/** The button that had the focus goes when a strip changes; its first one then has it. */
export const keepFocus = (id: string): void => {
  if (!strip(id)?.contains(document.activeElement)) return
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) strip(id)?.querySelector<HTMLElement>('button')?.focus()
    }),
  )
}

/** Where the focus goes when a strip is removed that has it: the same button of a neighbour, else the sheet's title. */
export const afterRemoval = (id: string): (() => void) => {
  const element = strip(id)
  if (!element?.contains(document.activeElement)) return () => {}
  const all = [...document.querySelectorAll<HTMLElement>('[data-entry-id]')]
  const at = all.indexOf(element)
  const neighbour = all[at + 1] ?? all[at - 1]
  return () =>
    requestAnimationFrame(() => {
      const next = neighbour?.isConnected
        ? (neighbour.querySelector<HTMLElement>('[data-remove]') ?? neighbour.querySelector('button'))
        : undefined
      ;(next ?? document.getElementById('sheet-title'))?.focus()
    })
}
