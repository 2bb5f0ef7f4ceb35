import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { isTyping, useKeys } from './lib/keys'

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
  ref?: Ref<{ toTop: () => void }>
}) {
  const box = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 8,
    // A frame late is unseen behind the rows drawn ahead; drawn at once, each scroll event would wait for React.
    useFlushSync: false,
    // What is drawn before the first measurement, and where nothing can be measured.
    initialRect: { width: 1000, height: 900 },
  })
  const items = rows.getVirtualItems()
  const last = items.at(-1)?.index ?? -1
  useEffect(() => {
    if (onEnd && last >= count - 40) onEnd()
  }, [last, count, onEnd])
  useImperativeHandle(ref, () => ({ toTop: () => rows.scrollToIndex(0) }), [rows])

  const step = (by: number) => {
    const links = [...(box.current?.querySelectorAll<HTMLElement>('li a, li button') ?? [])]
    const at = links.indexOf(document.activeElement as HTMLElement)
    const to = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by
    links[to]?.focus()
    links[to]?.scrollIntoView({ block: 'nearest' })
  }
  useKeys({ j: (e) => !isTyping(e.target) && step(1), k: (e) => !isTyping(e.target) && step(-1) })

  return (
    <div ref={box} data-scroll className="scroll-thin min-h-0 flex-1 overflow-auto contain-strict">
      <ul aria-label={label} style={{ height: rows.getTotalSize() }} className="relative">
        {items.map((item) => (
          <li
            key={item.index}
            style={{ transform: `translateY(${item.start}px)`, height }}
            className="absolute inset-x-0 top-0 border-b"
          >
            {row(item.index)}
          </li>
        ))}
      </ul>
      {foot}
    </div>
  )
}
