import { useEffect, useRef } from 'react'
import { type LogLine, LogText } from './LogLine'

/** More than anybody reads in a peek, and few enough to draw all of them. */
const MOST = 120

/** The end of an output, in a box that shows a dozen lines of it. */
export function LogEnd({ lines }: { lines: LogLine[] }) {
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    if (box.current && lines.length) box.current.scrollTop = box.current.scrollHeight
  }, [lines])
  return (
    <section
      ref={box}
      aria-label="Lines of output"
      tabIndex={0}
      className="scroll-thin h-full overflow-auto bg-term py-2 font-mono text-2xs text-term-fg"
    >
      <div className="w-max min-w-full">
        {lines.slice(-MOST).map((line, i) => (
          <div key={line.number ?? `gap-${i}`} className="flex px-3 leading-[19px] hover:bg-term-hover">
            <LogText line={line} wrap={false} />
          </div>
        ))}
      </div>
    </section>
  )
}
