import { useCallback, useState } from 'react'

/** The pixel width of an element, kept current. Charts draw in real pixels, so strokes stay crisp. */
export function useWidth(initial: number) {
  const [width, setWidth] = useState(initial)
  const ref = useCallback((el: Element | null) => {
    if (!el) return
    const observer = new ResizeObserver(([entry]) => {
      const found = entry && Math.round(entry.contentRect.width)
      if (found) setWidth(found)
    })
    observer.observe(el)
    return () => observer.disconnect()
  }, [])
  return [ref, width] as const
}
