import { plain, spans } from '@ui/lib/ansi'
import { clsx } from 'clsx'
import { memo } from 'react'

export type LogLine = { number: number | null; text: string }

/** One line of output, its number before it; without a number, what is said of the lines that are not there. */
export const LogText = memo(function LogText({
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
