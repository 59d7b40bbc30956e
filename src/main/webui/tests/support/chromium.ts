import { existsSync } from 'node:fs'

const PLACES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(name => `/usr/bin/${name}`)

export const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const findBrowser = (): string => {
  const found = process.env.CHROMIUM_PATH || PLACES.find(existsSync)
  if (found && existsSync(found)) return found
  throw new Error(
    'No Chromium to test in. Install one (Debian: apt-get install chromium) ' +
      `or say where it is with CHROMIUM_PATH${found ? `; there is none at ${found}` : ''}.`,
  )
}
