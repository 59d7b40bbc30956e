import { useEffect, useState } from 'react'

/** The time, told anew every `every` milliseconds while `running`. */
export const useNow = (running: boolean, every = 1000): number => {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!running) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(timer)
  }, [running, every])
  return now
}
