import { countTicks } from '@ui/lib/axis'
import { linear } from '@ui/lib/scale'
import { day } from '@ui/lib/time'
import { useState } from 'react'
import { Tip } from './Tip'
import { Twin } from './Twin'
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
  const [ref, width] = useWidth(420)
  const [hover, setHover] = useState<number | null>(null)
  const left = 44
  const base = height - 20
  const most = Math.max(1, ...days.map((d) => d.value))
  const y = linear([0, most * 1.04], [base, 6])
  const slot = (width - left) / Math.max(1, days.length)
  const bar = Math.max(2, slot - 3)
  const lit = hover === null ? undefined : days[hover]
  const every = Math.max(1, Math.ceil(days.length / Math.max(2, Math.floor((width - left) / 84))))
  return (
    <div ref={ref} className="relative" onPointerLeave={() => setHover(null)}>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={label}
        className="block"
        onPointerMove={(e) =>
          setHover(Math.min(days.length - 1, Math.max(0, Math.floor((e.nativeEvent.offsetX - left) / slot))))
        }
      >
        {countTicks(most * 1.04, 2).map((v) => (
          <g key={v}>
            <path
              d={`M${left} ${Math.round(y(v)) + 0.5}H${width}`}
              stroke={v === 0 ? 'var(--line-2)' : 'var(--line)'}
            />
            <text x={left - 8} y={y(v) + 4} textAnchor="end" fontSize="11" fill="var(--fg-3)">
              {format(v)}
            </text>
          </g>
        ))}
        {days.map((d, i) => {
          const isToday = i === days.length - 1
          const top = d.value > 0 ? Math.min(y(d.value), base - 2) : base
          return (
            <rect
              key={d.at}
              x={left + i * slot + 1.5}
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
                x={Math.min(left + i * slot + slot / 2, width - 16)}
                y={height - 4}
                textAnchor="middle"
                fontSize="11"
                fill="var(--fg-3)"
              >
                {i === days.length - 1 ? 'today' : day(d.at).replace(/^\w+ /, '')}
              </text>
            ),
        )}
      </svg>
      {lit && (
        <Tip x={left + (hover ?? 0) * slot + slot + 4} top={0} width={width}>
          <div className="num text-fg-3">{day(lit.at)}</div>
          <div className="num">{format(lit.value)}</div>
        </Tip>
      )}
      <Twin caption={label} head={['Day', name]} rows={days.map((d) => [day(d.at), format(d.value)])} />
    </div>
  )
}
