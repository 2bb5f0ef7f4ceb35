import { countTicks, timeTicks } from '@ui/lib/axis'
import { linear } from '@ui/lib/scale'
import { day, hhmm, int } from '@ui/lib/time'
import { useState } from 'react'
import { columns, Grid, Plot } from './Plot'
import { useWidth } from './useWidth'

export type Bucket = { at: number; good: number; failed: number; missed: number; expected: number }

/**
 * Runs by the half hour. Above the line what completed, and after «now» what is expected. Below it, on a
 * scale of its own, what failed or was missed: 7 bad runs in 900 stay visible, and honest.
 */
export function Bars({
  label,
  buckets,
  span,
  now,
  zone,
  height = 174,
}: {
  label: string
  buckets: Bucket[]
  /** Milliseconds of one bucket. */
  span: number
  now: number
  zone: string
  height?: number
}) {
  const box = useWidth(620)
  const [, width] = box
  const [hover, setHover] = useState<number | null>(null)
  const left = 38
  const low = 34
  const base = height - 20 - low
  const done = (b: Bucket) => b.good + b.failed + b.missed
  const most = Math.max(4, ...buckets.map((b) => Math.max(done(b), b.expected)))
  const worst = Math.max(4, ...buckets.map((b) => b.failed + b.missed))
  const anyBad = buckets.some((b) => b.failed + b.missed > 0)
  const y = linear([0, most * 1.02], [base, 4])
  const down = linear([0, worst], [0, low - 2])
  const { slot, at: columnAt } = columns(buckets.length, left, width)
  const bar = Math.max(2, slot - 2.5)
  const first = buckets[0]?.at ?? now
  const last = first + buckets.length * span
  const x = linear([first, last], [left, width])
  const lit = hover === null ? undefined : buckets[hover]
  return (
    <Plot
      box={box}
      height={height}
      label={label}
      onPoint={(px) => setHover(columnAt(px))}
      onLeave={() => setHover(null)}
      tip={
        lit && {
          x: x(lit.at) + slot + 4,
          says: (
            <>
              <div className="num text-fg-3">
                {day(lit.at, zone)} {hhmm(lit.at, zone)} – {hhmm(lit.at + span, zone)}
              </div>
              <div className="num">
                {lit.at > now ? (
                  `${int(lit.expected)} expected`
                ) : (
                  <>
                    {int(lit.good)} good · <span className="text-fail">{int(lit.failed)} failed</span> ·{' '}
                    <span className="text-miss">{int(lit.missed)} missed</span>
                  </>
                )}
              </div>
            </>
          ),
        }
      }
      table={{
        head: ['From', 'Good', 'Failed', 'Missed', 'Expected'],
        rows: buckets.map((b) => [
          `${day(b.at, zone)} ${hhmm(b.at, zone)}`,
          int(b.good),
          int(b.failed),
          int(b.missed),
          int(b.expected),
        ]),
      }}
    >
      <Grid
        ticks={countTicks(most * 1.02, 3)}
        y={y}
        left={left}
        width={width}
        word={(v) => (v >= 1000 ? `${v / 1000}k` : v)}
      />
      {anyBad && (
        <text x={left - 8} y={base + low} textAnchor="end" fontSize="11" fill="var(--fail)">
          {int(worst)}
        </text>
      )}
      {buckets.map((b, i) => {
        const at = x(b.at) + 1
        const failed = b.failed ? Math.max(2, down(b.failed)) : 0
        return (
          <g key={b.at} opacity={hover === null || hover === i ? 1 : 0.5}>
            {b.expected > done(b) && (
              <rect
                x={at}
                y={y(b.expected)}
                width={bar}
                height={base - y(b.expected)}
                rx="1.5"
                fill="none"
                stroke="var(--line-2)"
                strokeDasharray="2 2"
              />
            )}
            {done(b) > 0 && (
              <rect x={at} y={y(done(b))} width={bar} height={base - y(done(b))} rx="1.5" fill="var(--bar)" />
            )}
            {failed > 0 && (
              <rect x={at} y={base + 2} width={bar} height={failed} rx="1" fill="var(--fail-fill)" />
            )}
            {b.missed > 0 && (
              <rect
                x={at}
                y={base + 2 + failed + (failed ? 1 : 0)}
                width={bar}
                height={Math.max(2, down(b.missed))}
                rx="1"
                fill="var(--miss-fill)"
              />
            )}
          </g>
        )
      })}
      {timeTicks(first, last, Math.max(2, Math.floor(width / 100)), zone)
        .filter((t) => x(t) < width - 20)
        .map((t) => (
          <text key={t} x={x(t)} y={height - 4} textAnchor="middle" fontSize="11" fill="var(--fg-3)">
            {hhmm(t, zone)}
          </text>
        ))}
      {now <= last && (
        <>
          <path d={`M${x(now)} 2V${base + low}`} stroke="var(--accent)" strokeWidth="1.5" />
          <circle cx={x(now)} cy="4" r="3" fill="var(--accent)" />
        </>
      )}
    </Plot>
  )
}

export const BarsLegend = () => (
  <span className="hidden items-center gap-3 sm:flex">
    {(
      [
        ['bg-bar', 'completed'],
        ['bg-fail-fill', 'failed'],
        ['bg-miss-fill', 'missed'],
        ['border border-dashed border-fg-3', 'expected'],
      ] as const
    ).map(([colour, word]) => (
      <span key={word} className="flex items-center gap-1.5">
        <span className={`size-2 rounded-[2px] ${colour}`} />
        {word}
      </span>
    ))}
  </span>
)
