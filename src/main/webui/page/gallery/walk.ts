/** The way by arrow keys from image to image: to the sides in reading order, up and down to what is nearest there. */

const IMAGES = 'figure button[aria-label]'

const middle = (element: Element) => {
  const { left, top, width, height } = element.getBoundingClientRect()
  return { x: left + width / 2, y: top + height / 2, height }
}

const above = (from: Element, all: Element[], direction: 1 | -1): Element | undefined => {
  const here = middle(from)
  const distance = (element: Element) => {
    const there = middle(element)
    // A row away counts more than a column away, so that one step is one row.
    return Math.abs(there.y - here.y) * 3 + Math.abs(there.x - here.x)
  }
  return all
    .filter(element => (middle(element).y - here.y) * direction > here.height / 3)
    .sort((one, other) => distance(one) - distance(other))[0]
}

/** Moves the focus; false where the key or the place means nothing here. */
export const walk = (key: string, from: Element, sheet: Element): boolean => {
  if (!from.matches(IMAGES)) return false
  const all = [...sheet.querySelectorAll<HTMLElement>(IMAGES)]
  const at = all.indexOf(from as HTMLElement)
  const to = {
    ArrowLeft: () => all[at - 1],
    ArrowRight: () => all[at + 1],
    ArrowUp: () => above(from, all, -1),
    ArrowDown: () => above(from, all, 1),
    Home: () => all[0],
    End: () => all.at(-1),
  }[key]
  if (!to) return false
  ;(to() as HTMLElement | undefined)?.focus()
  return true
}
