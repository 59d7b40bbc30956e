import css from './Toast.module.css'
import ui from './ui.module.css'

export interface Said {
  words: string
  action?: { name: string; run: () => void }
}

/** Says what has just happened, and how to take it back. */
export const Toast = ({ said }: { said?: Said }) => (
  <div className={css.place} role="status" aria-live="polite">
    {said && (
      <div className={css.toast}>
        <p>{said.words}</p>
        {said.action && (
          <button type="button" className={ui.button} onClick={said.action.run}>
            {said.action.name}
          </button>
        )}
      </div>
    )}
  </div>
)
