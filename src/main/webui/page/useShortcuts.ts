import { useEffect } from 'react'

/** A key that is meant for the page: not while somebody types, nor while a dialog is open. */
const forThePage = ({ target, altKey, ctrlKey, metaKey, defaultPrevented }: KeyboardEvent): boolean =>
  !defaultPrevented &&
  !altKey &&
  !ctrlKey &&
  !metaKey &&
  !document.querySelector('dialog[open]') &&
  !(target instanceof HTMLElement && target.closest('input:not([type="radio"]), textarea, select, [contenteditable]'))

/** @param keys what a key does; it gets the image that has the focus, by id */
export const useShortcuts = (keys: Record<string, (imageId?: string) => void>): void => {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const run = keys[event.key]
      if (!run || event.repeat || !forThePage(event)) return
      event.preventDefault()
      run((event.target as Element).closest<HTMLElement>('[data-image-id]')?.dataset.imageId)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [keys])
}
