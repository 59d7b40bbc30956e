import { type PointerEvent, useCallback, useEffect, useRef, useState, type WheelEvent } from 'react'

interface View {
  /** 1: as large as fits. */
  scale: number
  /** Of the image's middle from the stage's, in pixels. */
  x: number
  y: number
}

const FITTED: View = { scale: 1, x: 0, y: 0 }
const MOST = 8
/** A finger that goes this far sideways turns the page, in pixels. */
const SWIPE = 48

interface Point {
  x: number
  y: number
}

const between = (one: Point, other: Point) => Math.hypot(one.x - other.x, one.y - other.y)

/**
 * Looking closer: wheel, double click, two fingers and keys change the size; one finger or the mouse moves what is larger
 * than the stage, and turns the page where it is not.
 *
 * @param id another image is looked at from afar again
 * @param turn to the next (1) or the previous (-1) image
 */
export const useZoom = (id: string, turn: (by: 1 | -1) => void) => {
  const image = useRef<HTMLImageElement>(null)
  const [view, setView] = useState(FITTED)
  const fingers = useRef(new Map<number, Point>())
  const start = useRef<Point>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each image anew
  useEffect(() => setView(FITTED), [id])

  /** Never so far that nothing of it is left to be seen. */
  const within = useCallback(({ scale, x, y }: View): View => {
    const { offsetWidth = 0, offsetHeight = 0 } = image.current ?? {}
    const most = { x: (offsetWidth * (scale - 1)) / 2, y: (offsetHeight * (scale - 1)) / 2 }
    return {
      scale,
      x: Math.max(-most.x, Math.min(most.x, x)),
      y: Math.max(-most.y, Math.min(most.y, y)),
    }
  }, [])

  /** The place under the pointer stays there. */
  const zoom = useCallback(
    (by: number, at?: Point) =>
      setView(before => {
        const scale = Math.max(1, Math.min(MOST, before.scale * by))
        const box = image.current?.getBoundingClientRect()
        const dx = at && box ? at.x - (box.left + box.width / 2) : 0
        const dy = at && box ? at.y - (box.top + box.height / 2) : 0
        const grown = scale / before.scale - 1
        return within({ scale, x: before.x - dx * grown, y: before.y - dy * grown })
      }),
    [within],
  )

  /** One pixel of the image on one of the screen, and back. */
  const actual = useCallback(
    (at?: Point) => {
      const { naturalWidth = 0, offsetWidth = 0 } = image.current ?? {}
      const whole = naturalWidth / Math.max(1, offsetWidth) / devicePixelRatio
      setView(before => (before.scale === 1 ? before : FITTED))
      if (view.scale === 1) zoom(whole > 1.05 ? whole : 2, at)
    },
    [view.scale, zoom],
  )

  const handlers = {
    onWheel: (event: WheelEvent) => zoom(Math.exp(-event.deltaY / 400), { x: event.clientX, y: event.clientY }),
    onDoubleClick: (event: React.MouseEvent) => actual({ x: event.clientX, y: event.clientY }),
    onPointerDown: (event: PointerEvent) => {
      if (event.button) return
      const point = { x: event.clientX, y: event.clientY }
      fingers.current.set(event.pointerId, point)
      start.current = fingers.current.size === 1 ? point : undefined
      if (view.scale > 1) event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove: (event: PointerEvent) => {
      const before = fingers.current.get(event.pointerId)
      if (!before) return
      const now = { x: event.clientX, y: event.clientY }
      const [other] = [...fingers.current].filter(([finger]) => finger !== event.pointerId).map(([, point]) => point)
      fingers.current.set(event.pointerId, now)
      if (other) {
        zoom(between(now, other) / Math.max(1, between(before, other)), {
          x: (now.x + other.x) / 2,
          y: (now.y + other.y) / 2,
        })
      } else if (view.scale > 1) {
        setView(({ scale, x, y }) => within({ scale, x: x + now.x - before.x, y: y + now.y - before.y }))
      }
    },
    onPointerUp: (event: PointerEvent) => {
      fingers.current.delete(event.pointerId)
      const moved = event.clientX - (start.current?.x ?? event.clientX)
      start.current = undefined
      if (view.scale === 1 && event.pointerType !== 'mouse' && Math.abs(moved) > SWIPE) turn(moved < 0 ? 1 : -1)
    },
    onPointerCancel: (event: PointerEvent) => void fingers.current.delete(event.pointerId),
  }
  const onKey = (key: string): boolean => {
    if (key === '1') actual()
    else if (key === '+' || key === '=') zoom(1.4)
    else if (key === '-') zoom(1 / 1.4)
    else if (key === '0') setView(FITTED)
    else return false
    return true
  }
  return {
    image,
    zoomed: view.scale > 1,
    percent: Math.round(view.scale * 100),
    style: { transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` },
    handlers,
    actual,
    onKey,
  }
}
