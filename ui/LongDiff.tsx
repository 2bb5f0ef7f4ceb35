import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { DiffRow } from './Diff'
import type { DiffLine } from './lib/diff'

const LINE = 20

/** A diff of thousands of lines: those in sight are in the document. */
export function LongDiff({ lines, label }: { lines: DiffLine[]; label: string }) {
  const box = useRef<HTMLElement>(null)
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    overscan: 20,
    initialRect: { width: 600, height: 400 },
  })
  return (
    <section
      ref={box}
      aria-label={label}
      tabIndex={0}
      className="scroll-thin h-full overflow-auto font-mono text-xs leading-5"
    >
      {/* As wide as the longest line, which is not in the document until it is scrolled to. */}
      <div style={{ height: rows.getTotalSize(), minWidth: widest(lines) }} className="relative w-full">
        {rows.getVirtualItems().map((row) => (
          <div
            key={row.key}
            style={{ transform: `translateY(${row.start}px)` }}
            className="absolute inset-x-0 top-0"
          >
            <DiffRow line={lines[row.index]!} />
          </div>
        ))}
      </div>
    </section>
  )
}

/** Letters of the machine's font are as wide as each other. */
const widest = (lines: DiffLine[]) =>
  `calc(7.25rem + ${lines.reduce((most, l) => Math.max(most, l.text.length), 0)}ch)`
