import { type ReactNode, type Ref, type RefObject, useEffect, useImperativeHandle, useRef } from 'react'
import { isTyping, useKeys } from './lib/keys'
import { bringRow, useRows } from './lib/useRows'

export type ListHandle = {
  toTop: () => void
  /** Brings a row into sight. */
  toRow: (index: number) => void
  /** Gives the focus to the row of that name, if it is in the document. */
  focus: (name: string) => void
}

/** `J` and `K` walk the rows of a list that are in the document. */
export function useRowKeys(box: RefObject<HTMLElement | null>) {
  const step = (by: number) => {
    const links = [...(box.current?.querySelectorAll<HTMLElement>('li a, li button') ?? [])]
    const at = links.indexOf(document.activeElement as HTMLElement)
    const to = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by
    links[to]?.focus()
    links[to]?.scrollIntoView({ block: 'nearest' })
  }
  useKeys({ j: (e) => !isTyping(e.target) && step(1), k: (e) => !isTyping(e.target) && step(-1) })
}

/**
 * A list of one row height, whatever its length: the rows in sight are in the document, `J` and `K` walk
 * them, Enter opens. Rows should be memoised: scrolling then draws only those that come into sight.
 */
export function VirtualList({
  count,
  height,
  label,
  row,
  onEnd,
  foot,
  ref,
}: {
  count: number
  height: number
  label: string
  row: (index: number) => ReactNode
  /** The last rows come into sight. */
  onEnd?: () => void
  foot?: ReactNode
  ref?: Ref<ListHandle>
}) {
  const box = useRef<HTMLDivElement>(null)
  const { from, to } = useRows(box, count, height)
  useEffect(() => {
    if (onEnd && to >= count - 40) onEnd()
  }, [to, count, onEnd])
  useImperativeHandle(
    ref,
    () => ({
      toTop: () => bringRow(box.current, 0, height),
      toRow: (index) => bringRow(box.current, index, height),
      focus: (name) => {
        const all = [...(box.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
        all.find((el) => el.dataset.row === name)?.focus()
      },
    }),
    [height],
  )

  useRowKeys(box)

  return (
    // Opaque and a layer of its own: a scroll then moves what is drawn already, and draws nothing again.
    <div
      ref={box}
      data-scroll
      className="scroll-thin min-h-0 flex-1 overflow-auto bg-surface contain-strict will-change-transform"
    >
      <ul aria-label={label} style={{ height: count * height }} className="relative">
        {Array.from({ length: to - from }, (_, i) => (
          <li
            key={from + i}
            style={{ top: (from + i) * height, height }}
            className="absolute inset-x-0 border-b"
          >
            {row(from + i)}
          </li>
        ))}
      </ul>
      {foot}
    </div>
  )
}
