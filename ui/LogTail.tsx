import { useVirtualizer } from '@tanstack/react-virtual'
import { plain, spans } from '@ui/lib/ansi'
import { clsx } from 'clsx'
import { memo, useEffect, useRef } from 'react'

const LINE = 19

export type LogLine = { number: number | null; text: string }

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
              <Line line={line} wrap={!!wrap} needle={needle} onLine={onLine} />
            </div>
          )
        })}
      </div>
    </section>
  )
}

const Line = memo(function Line({
  line,
  wrap,
  needle,
  onLine,
}: {
  line: LogLine
  wrap: boolean
  needle?: string
  onLine?: (number: number) => void
}) {
  if (line.number === null) {
    return <span className="w-full text-center text-term-dim italic select-none">{line.text}</span>
  }
  const number = line.number
  const body = clsx(wrap ? 'break-all whitespace-pre-wrap' : 'whitespace-pre')
  return (
    <>
      {onLine ? (
        <button
          type="button"
          tabIndex={-1}
          aria-label={`Line ${number}`}
          onClick={() => onLine(number)}
          className="w-11 shrink-0 pr-3 text-right text-term-dim select-none hover:text-term-fg"
        >
          {number}
        </button>
      ) : (
        <span className="w-11 shrink-0 pr-3 text-right text-term-dim select-none">{number}</span>
      )}
      <span className={body}>{needle ? marked(plain(line.text), needle) : styled(line.text)}</span>
    </>
  )
})

const styled = (text: string) =>
  spans(text).map((s, i) => (
    <span key={i} className={s.style || undefined}>
      {s.text}
    </span>
  ))

/** The line with what is searched for lit up; its own colours rest meanwhile. */
function marked(text: string, needle: string) {
  const parts = []
  const low = text.toLowerCase()
  let last = 0
  for (let at = low.indexOf(needle); at >= 0; at = low.indexOf(needle, last)) {
    parts.push(
      text.slice(last, at),
      <mark key={at} className="rounded-sm bg-late-fill text-term">
        {text.slice(at, at + needle.length)}
      </mark>,
    )
    last = at + needle.length
  }
  parts.push(text.slice(last))
  return parts
}
