import { useState } from 'react'
import { Icon } from '../ui/Icon.tsx'
import ui from '../ui/ui.module.css'
import { chooseTheme, chosenTheme, type Theme } from './theme.ts'

const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const WORDS: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' }

export const ThemeToggle = () => {
  const [theme, setTheme] = useState(chosenTheme)
  const turn = () => {
    chooseTheme(NEXT[theme])
    setTheme(NEXT[theme])
  }
  const words = `Theme: ${WORDS[theme]}`
  return (
    <button
      type="button"
      className={ui.iconButton}
      data-theme-choice={theme}
      aria-label={words}
      title={words}
      onClick={turn}
    >
      <Icon name={theme} />
    </button>
  )
}
