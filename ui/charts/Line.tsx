import { linear } from '@ui/lib/scale'
import { day, hhmm } from '@ui/lib/time'
import { useState } from 'react'
import { type Band, BandPaths } from './Band'
import { Plot } from './Plot'
import { useWidth } from './useWidth'

/** One number over time: its mean as a line over the room between its least and greatest. */
export function Line({
  label,
  points,
  zone,
  format,
  height = 56,
}: {
  label: string
  points: Band[]
  zone: string
  format: (value: number) => string
  height?: number
}) {
  const box = useWidth(280)
  const [, width] = box
  const [hover, setHover] = useState<Band | null>(null)
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return null
  const x = linear([first.at, Math.max(last.at, first.at + 1)], [3, width - 3])
  const least = Math.min(...points.map((p) => p.low))
  const most = Math.max(...points.map((p) => p.high))
  const y = linear([least, most === least ? least + 1 : most], [height - 4, 4])
  return (
    <Plot
      box={box}
      height={height}
      label={label}
      onPoint={(px) => {
        const at = x.invert(px)
        setHover(points.reduce((a, b) => (Math.abs(b.at - at) < Math.abs(a.at - at) ? b : a)))
      }}
      onLeave={() => setHover(null)}
      tip={
        hover && {
          x: x(hover.at) + 8,
          top: -4,
          says: (
            <>
              <span className="num font-medium">{format(hover.mid)}</span>{' '}
              <span className="num text-fg-3">
                {day(hover.at, zone)} {hhmm(hover.at, zone)}
              </span>
            </>
          ),
        }
      }
      table={{
        head: ['When', 'Least', 'Mean', 'Most'],
        rows: points.map((p) => [
          `${day(p.at, zone)} ${hhmm(p.at, zone)}`,
          format(p.low),
          format(p.mid),
          format(p.high),
        ]),
      }}
    >
      <BandPaths of={points} x={x} y={y} />
      <circle cx={x(last.at)} cy={y(last.mid)} r="2.5" fill="var(--fg-2)" />
      {hover && <circle cx={x(hover.at)} cy={y(hover.mid)} r="3.5" fill="var(--fg)" />}
    </Plot>
  )
}
