import { type RefObject, useEffect, useState } from 'react'

/** Rows come and go so many at a time: a frame in which none does costs nothing. */
const BLOCK = 4
/** Blocks beyond what is in sight, on both sides together. */
const AHEAD = 4

/**
 * Which rows of a list of one row height are drawn: those in sight of `box`, and a few around. A scroll changes state
 * once for each block of rows, and rows are named by their index, so that some are made and no other is touched.
 */
export function useRows(box: RefObject<HTMLElement | null>, count: number, height: number) {
  const [first, setFirst] = useState(0)
  // What is drawn before the first measurement, and where nothing can be measured.
  const [sight, setSight] = useState(24)
  useEffect(() => {
    const el = box.current
    if (!el) return
    const block = BLOCK * height
    const onScroll = () => setFirst(Math.max(0, Math.floor(el.scrollTop / block) - AHEAD / 2) * BLOCK)
    const size = new ResizeObserver(([entry]) => {
      if (entry) setSight(Math.ceil(entry.contentRect.height / block) * BLOCK)
    })
    onScroll()
    el.addEventListener('scroll', onScroll, { passive: true })
    size.observe(el)
    return () => {
      el.removeEventListener('scroll', onScroll)
      size.disconnect()
    }
  }, [box, height])
  const drawn = sight + AHEAD * BLOCK
  const from = Math.max(0, Math.min(first, count - drawn))
  return { from, to: Math.min(count, from + drawn) }
}

/** Scrolls no further than it takes to see all of a row. */
export function bringRow(box: HTMLElement | null, index: number, height: number) {
  if (!box) return
  const top = index * height
  if (top < box.scrollTop) box.scrollTop = top
  else box.scrollTop = Math.max(box.scrollTop, top + height - box.clientHeight)
}
