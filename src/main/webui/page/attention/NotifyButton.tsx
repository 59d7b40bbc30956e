import { useState } from 'react'
import ui from '../ui/ui.module.css'

const state = () => ('Notification' in globalThis ? Notification.permission : 'denied')

/** Asks the browser for leave to say when something is ready; only where that has not been decided. */
export const NotifyButton = () => {
  const [permission, setPermission] = useState(state)
  if (permission === 'denied') return null
  if (permission === 'granted')
    return <p className={ui.hint}>You are told when an image is ready while you are elsewhere.</p>
  return (
    <button
      type="button"
      className={ui.button}
      onClick={async () => setPermission(await Notification.requestPermission())}
    >
      Tell me when an image is ready
    </button>
  )
}
