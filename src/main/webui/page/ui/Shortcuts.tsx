import { useEffect, useRef } from 'react'
import { Icon } from './Icon.tsx'
import css from './Shortcuts.module.css'
import ui from './ui.module.css'

const KEYS: [string, [keys: string, does: string][]][] = [
  [
    'Anywhere',
    [
      ['/', 'search your images'],
      ['n', 'write a new prompt'],
      ['?', 'this list'],
    ],
  ],
  [
    'While writing',
    [
      ['Enter', 'generate'],
      ['Shift + Enter', 'a new line'],
    ],
  ],
  [
    'Among the images',
    [
      ['← → ↑ ↓', 'from image to image'],
      ['Enter', 'look at it closely'],
      ['f', 'favourite'],
      ['v', 'make another one like it'],
      ['Delete', 'remove'],
    ],
  ],
  [
    'Looking closely',
    [
      ['← →', 'the image before, the next one'],
      ['1', 'actual size, and back'],
      ['+ −', 'closer, farther'],
      ['c', 'compare with another one'],
      ['Esc', 'back'],
    ],
  ],
]

/** What the keyboard can do. */
export const Shortcuts = ({ close }: { close: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    if (element && !element.open) element.showModal()
  }, [])
  return (
    <dialog ref={dialog} className={css.box} aria-labelledby="shortcuts-title" onClose={close}>
      <header className={css.head}>
        <h2 id="shortcuts-title">Keyboard</h2>
        <button
          type="button"
          className={ui.iconButton}
          aria-label="Close the list of keys"
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      <div className={css.groups}>
        {KEYS.map(([where, keys]) => (
          <section key={where}>
            <h3>{where}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  )
}
