import { linear } from '@ui/lib/scale'
import { FILL, RUN, type RunStatus } from '@ui/status'
import { memo } from 'react'

export type SwimBit = { at: number; to: number; status: RunStatus | 'expected' }

/** One job's line of the timeline: a path per status, so a line costs a handful of elements. */
export const Swim = memo(function Swim({
  bits,
  from,
  to,
  width,
  left,
  label,
}: {
  bits: SwimBit[]
  from: number
  to: number
  width: number
  left: number
  label: string
}) {
  const x = linear([from, to], [left, width])
  const paths: Partial<Record<SwimBit['status'], string>> = {}
  // Of parts side by side each stays a bar of its own; one that stands alone is wide enough to be seen.
  const begins = new Set(bits.map((bit) => bit.at))
  const ends = new Set(bits.map((bit) => bit.to))
  for (const bit of bits) {
    const a = Math.max(left, x(bit.at))
    const b = Math.min(width, x(bit.to))
    if (b < left || a > width) continue
    const least = bit.status === 'missed' ? 6 : begins.has(bit.to) || ends.has(bit.at) ? 2 : 4
    const w = Math.max(least, b - a - 1)
    paths[bit.status] = `${paths[bit.status] ?? ''}M${a.toFixed(1)} 9h${w.toFixed(1)}v14h-${w.toFixed(1)}z`
  }
  return (
    <svg width={width} height={32} role="img" aria-label={label} className="pointer-events-none block">
      {(Object.keys(paths) as SwimBit['status'][]).map((s) =>
        s === 'expected' ? (
          <path key={s} d={paths[s]} fill="var(--line-2)" opacity=".55" />
        ) : s === 'missed' ? (
          <path key={s} d={paths[s]} fill="var(--miss-soft)" stroke={FILL.miss} />
        ) : (
          <path
            key={s}
            d={paths[s]}
            fill={FILL[RUN[s].tone]}
            className={s === 'running' ? 'animate-run' : undefined}
          />
        ),
      )}
    </svg>
  )
})
