import { date, int } from '@ui/lib/time'
import { useState } from 'react'
import { Twin } from './Twin'

export type Day = { day: string; good: number; bad: number }

const CELL = 13
const DAY = 86_400_000
const at = (day: string) => Date.parse(`${day}T00:00:00Z`)

/**
 * A year of days, weeks as columns. Days are violet by how much ran; one with bad runs is red, and by how many
 * of its runs went wrong.
 */
export function Calendar({
  days,
  label,
  onPick,
}: {
  days: Day[]
  label: string
  onPick?: (day: string) => void
}) {
  const [lit, setLit] = useState<Day | null>(null)
  const last = days.at(-1)
  if (!last) return <p className="text-fg-3">No day yet.</p>
  const byDay = new Map(days.map((d) => [d.day, d]))
  const end = at(last.day)
  const monday = end - ((new Date(end).getUTCDay() + 6) % 7) * DAY
  const weeks = 53
  const start = monday - (weeks - 1) * 7 * DAY
  const most = Math.max(1, ...days.map((d) => d.good + d.bad))
  const width = weeks * CELL + 28
  const cells = []
  const months: { x: number; word: string }[] = []
  for (let w = 0; w < weeks; w++) {
    for (let d = 0; d < 7; d++) {
      const t = start + (w * 7 + d) * DAY
      if (t > end) continue
      const key = new Date(t).toISOString().slice(0, 10)
      if (key.endsWith('-01')) {
        months.push({
          x: 28 + w * CELL,
          word: new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' }).format(t),
        })
      }
      const found = byDay.get(key)
      const total = found ? found.good + found.bad : 0
      cells.push(
        // biome-ignore lint/a11y/noStaticElementInteractions: the table below is the keyboard's way
        <rect
          key={key}
          x={28 + w * CELL}
          y={16 + d * CELL}
          width={CELL - 2}
          height={CELL - 2}
          rx="2"
          fill={
            found?.bad
              ? 'var(--fail-fill)'
              : `var(--heat-${total === 0 ? 0 : Math.max(1, Math.min(3, Math.round(3 * Math.sqrt(total / most))))})`
          }
          opacity={found?.bad ? 0.45 + 0.55 * (found.bad / total) : 1}
          stroke={lit?.day === key ? 'var(--fg)' : 'none'}
          className={onPick && total ? 'cursor-pointer' : undefined}
          onPointerEnter={() => setLit(found ?? { day: key, good: 0, bad: 0 })}
          onClick={() => total && onPick?.(key)}
        />,
      )
    }
  }
  const shown = lit ?? last
  return (
    <div onPointerLeave={() => setLit(null)}>
      <div ref={toEnd} className="scroll-thin overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
        <svg width={width} height={16 + 7 * CELL} role="img" aria-label={label} className="block">
          {months.map((m) => (
            <text key={m.x} x={m.x} y="10" fontSize="11" fill="var(--fg-3)">
              {m.word}
            </text>
          ))}
          {['Mon', 'Wed', 'Fri'].map((word, i) => (
            <text key={word} x="0" y={16 + i * 2 * CELL + 10} fontSize="10" fill="var(--fg-3)">
              {word}
            </text>
          ))}
          {cells}
        </svg>
      </div>
      <p className="num mt-2 text-xs text-fg-2">
        {date(at(shown.day))}: {int(shown.good)} good,{' '}
        <span className={shown.bad ? 'text-fail' : undefined}>{int(shown.bad)} bad</span>
      </p>
      <Twin
        caption={label}
        head={['Day', 'Good', 'Bad']}
        rows={days.filter((d) => d.good + d.bad > 0).map((d) => [d.day, int(d.good), int(d.bad)])}
      />
    </div>
  )
}

/** Where there is no room for a year, its end is what one came for. */
const toEnd = (el: HTMLElement | null) => {
  if (el) el.scrollLeft = el.scrollWidth
}
