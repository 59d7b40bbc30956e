import { useCallback, useEffect, useState } from 'react'

interface Place {
  image?: string
}

const placeOf = (state: unknown): Place => (state && typeof state === 'object' ? (state as Place) : {})

/** Which image is looked at, as a place in the browser's history: Back closes it instead of leaving the page. */
export const useHistoryPlace = () => {
  const [shown, setShown] = useState<string>()
  useEffect(() => {
    const onPop = ({ state }: PopStateEvent) => setShown(placeOf(state).image)
    addEventListener('popstate', onPop)
    return () => removeEventListener('popstate', onPop)
  }, [])
  const show = useCallback((image: string) => {
    // From one image to the next is no step that anybody would want to take back one by one.
    if (placeOf(history.state).image) history.replaceState({ image }, '')
    else history.pushState({ image }, '')
    setShown(image)
  }, [])
  const close = useCallback(() => {
    if (placeOf(history.state).image) history.back()
    setShown(undefined)
  }, [])
  return { shown, show, close }
}
