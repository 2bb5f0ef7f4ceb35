import { linear } from '@ui/lib/scale'
import { day, hhmm } from '@ui/lib/time'
import { area, curveMonotoneX, line } from 'd3-shape'
import { useState } from 'react'
import { Tip } from './Tip'
import { Twin } from './Twin'
import { useWidth } from './useWidth'

export type LinePoint = { at: number; value: number; low: number; high: number }

/** One number over time: its mean as a line over the room between its least and greatest. */
export function Line({
  label,
  points,
  zone,
  format,
  height = 56,
}: {
  label: string
  points: LinePoint[]
  zone: string
  format: (value: number) => string
  height?: number
}) {
  const [ref, width] = useWidth(280)
  const [hover, setHover] = useState<LinePoint | null>(null)
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return null
  const x = linear([first.at, Math.max(last.at, first.at + 1)], [3, width - 3])
  const least = Math.min(...points.map((p) => p.low))
  const most = Math.max(...points.map((p) => p.high))
  const y = linear([least, most === least ? least + 1 : most], [height - 4, 4])
  const field = area<LinePoint>(
    (p) => x(p.at),
    (p) => y(p.low),
    (p) => y(p.high),
  ).curve(curveMonotoneX)
  const curve = line<LinePoint>(
    (p) => x(p.at),
    (p) => y(p.value),
  ).curve(curveMonotoneX)
  return (
    <div ref={ref} className="relative" onPointerLeave={() => setHover(null)}>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={label}
        className="block"
        onPointerMove={(e) => {
          const at = x.invert(e.nativeEvent.offsetX)
          setHover(points.reduce((a, b) => (Math.abs(b.at - at) < Math.abs(a.at - at) ? b : a)))
        }}
      >
        <path d={field(points) ?? ''} fill="var(--idle-fill)" opacity=".24" />
        <path d={curve(points) ?? ''} fill="none" stroke="var(--fg-3)" strokeWidth="1.5" />
        <circle cx={x(last.at)} cy={y(last.value)} r="2.5" fill="var(--fg-2)" />
        {hover && <circle cx={x(hover.at)} cy={y(hover.value)} r="3.5" fill="var(--fg)" />}
      </svg>
      {hover && (
        <Tip x={x(hover.at) + 8} top={-4} width={width}>
          <span className="num font-medium">{format(hover.value)}</span>{' '}
          <span className="num text-fg-3">
            {day(hover.at, zone)} {hhmm(hover.at, zone)}
          </span>
        </Tip>
      )}
      <Twin
        caption={label}
        head={['When', 'Least', 'Mean', 'Most']}
        rows={points.map((p) => [
          `${day(p.at, zone)} ${hhmm(p.at, zone)}`,
          format(p.low),
          format(p.value),
          format(p.high),
        ])}
      />
    </div>
  )
}
