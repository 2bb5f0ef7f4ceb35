import { useVirtualizer } from '@tanstack/react-virtual'
import { clsx } from 'clsx'
import { useEffect, useRef } from 'react'
import { type LogLine, LogText } from './LogLine'

const LINE = 19

/** Output of a run: ANSI colours, numbered lines, only those in sight in the document. */
export function LogTail({
  lines,
  wrap,
  at,
  needle,
  follow,
  onLine,
}: {
  lines: LogLine[]
  wrap?: boolean
  /** Number of the line the address points at. */
  at?: number
  /** What is searched for, in lower case. */
  needle?: string
  follow?: boolean
  onLine?: (number: number) => void
}) {
  const box = useRef<HTMLElement>(null)
  // The React compiler is not used here; the virtualizer's functions change with its state on purpose.
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    overscan: 20,
    initialRect: { width: 600, height: 400 },
  })
  const target = at === undefined ? -1 : lines.findIndex((l) => l.number === at)
  useEffect(() => {
    if (target >= 0) rows.scrollToIndex(target, { align: 'center' })
    else if (follow && lines.length) rows.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [target, follow, lines.length, rows])
  return (
    <section
      ref={box}
      aria-label="Lines of output"
      tabIndex={0}
      className="scroll-thin h-full overflow-auto bg-term py-2 font-mono text-2xs text-term-fg"
    >
      <div
        style={{ height: rows.getTotalSize() }}
        className={clsx('relative', wrap ? 'w-full' : 'w-max min-w-full')}
      >
        {rows.getVirtualItems().map((row) => {
          const line = lines[row.index]!
          return (
            <div
              key={row.key}
              data-index={row.index}
              ref={wrap ? rows.measureElement : undefined}
              className={clsx(
                'flex px-3 leading-[19px] hover:bg-term-hover',
                wrap ? 'absolute inset-x-0 top-0' : 'absolute top-0 min-w-full',
                row.index === target && 'bg-term-hover ring-1 ring-late-fill ring-inset',
              )}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <LogText line={line} wrap={!!wrap} needle={needle} onLine={onLine} />
            </div>
          )
        })}
      </div>
    </section>
  )
}
