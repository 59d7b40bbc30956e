import type { CSSProperties } from 'react'

/** The latent image: soft light where something will be. The same id has the same one. */
export const latentOf = (id: string): CSSProperties => {
  let hash = 2166136261
  for (const char of id) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619)
  const next = (from: number, to: number) => {
    hash = Math.imul(hash ^ (hash >>> 15), 2246822519) ^ Math.imul(hash ^ (hash >>> 13), 3266489917)
    return from + (((hash >>> 0) % 1000) / 1000) * (to - from)
  }
  const percent = (from: number, to: number) => `${next(from, to).toFixed(0)}%`
  return {
    '--sky-x': percent(10, 90),
    '--sky-y': percent(0, 40),
    '--body-x': percent(20, 80),
    '--body-y': percent(45, 90),
    '--body': percent(25, 55),
    '--tilt': `${next(-28, 28).toFixed(0)}deg`,
  }
}
