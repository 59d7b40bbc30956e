import { useCallback, useMemo, useRef, useState } from 'react'
import type { GalleryImage } from '../../hooks/index.ts'

/** Several images at once; with Shift all from the last one on. */
export const useSelection = (all: GalleryImage[]) => {
  const [active, setActive] = useState(false)
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const last = useRef<string>(undefined)
  const latest = useRef(all)
  latest.current = all

  const toggle = useCallback(() => {
    setActive(before => !before)
    setIds(new Set())
    last.current = undefined
  }, [])

  const choose = useCallback(({ id }: GalleryImage, range: boolean) => {
    const order = latest.current.map(image => image.id)
    const from = range && last.current ? order.indexOf(last.current) : -1
    const to = order.indexOf(id)
    last.current = id
    setIds(before => {
      const after = new Set(before)
      if (from >= 0) for (const one of order.slice(Math.min(from, to), Math.max(from, to) + 1)) after.add(one)
      else if (!after.delete(id)) after.add(id)
      return after
    })
  }, [])

  const images = useMemo(() => all.filter(({ id }) => ids.has(id)), [all, ids])
  const chosen = useMemo(() => new Set(images.map(({ id }) => id)), [images])
  return { active, toggle, choose, chosen, images }
}
