import { useCallback, useEffect, useMemo, useState } from 'react'
import { forThisBrowser, keep, recall } from '../kept.ts'

interface Marks {
  /** Ids of images. */
  favourites: string[]
  /** Where an entry came from: by its id, the id of the image. */
  parents: Record<string, string>
  density: Density
}

export type Density = 'small' | 'medium' | 'large'

const NONE: Marks = { favourites: [], parents: {}, density: 'medium' }
const KEPT = 'marks'
/** More descent than anybody follows; the oldest is forgotten first. */
const MOST = 2_000

/** What a person has marked: favourites, descent, and how large they like to see things. Kept for this browser. */
export const useMarks = (user: string) => {
  const [marks, setMarks] = useState(() => recall(forThisBrowser, user, KEPT, NONE))

  useEffect(() => {
    // What another tab has marked.
    const hear = () => setMarks(recall(forThisBrowser, user, KEPT, NONE))
    addEventListener('storage', hear)
    return () => removeEventListener('storage', hear)
  }, [user])

  const change = useCallback(
    (some: (before: Marks) => Partial<Marks>) => {
      const before = recall(forThisBrowser, user, KEPT, NONE)
      const after = { ...before, ...some(before) }
      keep(forThisBrowser, user, KEPT, after)
      setMarks(after)
    },
    [user],
  )

  const star = useCallback(
    (ids: string[], on?: boolean) =>
      change(({ favourites }) => {
        const all = new Set(favourites)
        for (const id of ids) {
          if (on ?? !all.has(id)) all.add(id)
          else all.delete(id)
        }
        return { favourites: [...all].slice(-MOST) }
      }),
    [change],
  )
  const descend = useCallback(
    (entryId: string, imageId: string) =>
      change(({ parents }) => ({
        parents: Object.fromEntries([...Object.entries(parents), [entryId, imageId]].slice(-MOST)),
      })),
    [change],
  )
  const setDensity = useCallback((density: Density) => change(() => ({ density })), [change])
  const favourites = useMemo(() => new Set(marks.favourites), [marks.favourites])
  return { favourites, parents: marks.parents, density: marks.density, star, descend, setDensity }
}
