import { countTicks } from '@ui/lib/axis'
import { linear } from '@ui/lib/scale'
import { day } from '@ui/lib/time'
import { useState } from 'react'
import { columns, Grid, Plot } from './Plot'
import { useWidth } from './useWidth'

export type DayOf = { at: number; value: number }

/** One number for each day of UTC as a row of columns; the last one is today, and not over yet. */
export function Days({
  label,
  name,
  days,
  format,
  height = 132,
}: {
  label: string
  /** What is counted, as the head of a column. */
  name: string
  days: DayOf[]
  format: (value: number) => string
  height?: number
}) {
  const box = useWidth(420)
  const [, width] = box
  const [hover, setHover] = useState<number | null>(null)
  const left = 44
  const base = height - 20
  const most = Math.max(1, ...days.map((d) => d.value))
  const y = linear([0, most * 1.04], [base, 6])
  const { slot, from, at } = columns(days.length, left, width)
  const bar = Math.max(2, slot - 3)
  const lit = hover === null ? undefined : days[hover]
  const every = Math.max(1, Math.ceil(days.length / Math.max(2, Math.floor((width - left) / 84))))
  return (
    <Plot
      box={box}
      height={height}
      label={label}
      onPoint={(x) => setHover(at(x))}
      onLeave={() => setHover(null)}
      tip={
        lit && {
          x: from(hover ?? 0) + slot + 4,
          says: (
            <>
              <div className="num text-fg-3">{day(lit.at)}</div>
              <div className="num">{format(lit.value)}</div>
            </>
          ),
        }
      }
      table={{ head: ['Day', name], rows: days.map((d) => [day(d.at), format(d.value)]) }}
    >
      <Grid ticks={countTicks(most * 1.04, 2)} y={y} left={left} width={width} word={format} />
      {days.map((d, i) => {
        const isToday = i === days.length - 1
        const top = d.value > 0 ? Math.min(y(d.value), base - 2) : base
        return (
          <rect
            key={d.at}
            x={from(i) + 1.5}
            y={top}
            width={bar}
            height={base - top}
            rx="1.5"
            fill={isToday ? 'var(--accent)' : 'var(--bar)'}
            opacity={hover === null || hover === i ? 1 : 0.5}
          />
        )
      })}
      {days.map(
        (d, i) =>
          (days.length - 1 - i) % every === 0 && (
            <text
              key={d.at}
              x={Math.min(from(i) + slot / 2, width - 16)}
              y={height - 4}
              textAnchor="middle"
              fontSize="11"
              fill="var(--fg-3)"
            >
              {i === days.length - 1 ? 'today' : day(d.at).replace(/^\w+ /, '')}
            </text>
          ),
      )}
    </Plot>
  )
}
