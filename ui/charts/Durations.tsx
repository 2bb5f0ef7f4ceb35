import { durationTicks, timeTicks } from '@ui/lib/axis'
import { linear } from '@ui/lib/scale'
import { day, duration, hhmm } from '@ui/lib/time'
import { FILL, RUN, type RunStatus } from '@ui/status'
import { useState } from 'react'
import { type Band, BandPaths } from './Band'
import { Grid, Plot } from './Plot'
import { useWidth } from './useWidth'

export type Dot = { id: string; at: number; ms: number; status: RunStatus; where?: string; odd?: boolean }

/** Every run as a dot over the band it should fall in; a ring marks the ones far outside, a cross the failed. */
export function Durations({
  label,
  dots,
  band,
  limit,
  commits = [],
  from,
  to,
  zone,
  height = 168,
  onOpen,
}: {
  label: string
  dots: Dot[]
  band: Band[]
  /** Milliseconds after which a run is timed out. */
  limit?: number
  commits?: { at: number; text: string }[]
  from: number
  to: number
  zone: string
  height?: number
  onOpen?: (run: string) => void
}) {
  const box = useWidth(480)
  const [, width] = box
  const [hover, setHover] = useState<Dot | null>(null)
  const left = 46
  const bottom = height - 20
  const longest = Math.max(1, ...dots.map((d) => d.ms), ...band.map((b) => b.high))
  // The limit is drawn when runs come near it; far above them it would press them into the floor.
  const near = limit !== undefined && limit < longest * 6 ? limit : undefined
  const max = Math.max(longest, near ?? 0) * 1.14
  const x = linear([from, to], [left, width - 6])
  const y = linear([0, max], [bottom, 6])
  const span = to - from
  const word = (t: number) => (span > 36 * 3_600_000 ? day(t, zone) : hhmm(t, zone))
  return (
    <Plot
      box={box}
      height={height}
      label={label}
      onPoint={(px, py) => setHover(nearest(dots, px, py, x, y, max))}
      onLeave={() => setHover(null)}
      onClick={hover && onOpen ? () => onOpen(hover.id) : undefined}
      tip={
        hover && {
          x: x(hover.at) + 10,
          top: 4,
          says: (
            <>
              <div className="font-medium">
                {RUN[hover.status].word} · {duration(hover.ms)}
              </div>
              <div className="num text-fg-3">
                {day(hover.at, zone)} {hhmm(hover.at, zone)}
                {hover.where && ` · ${hover.where}`}
              </div>
            </>
          ),
        }
      }
      table={{
        head: ['When', 'Where', 'How', 'Took'],
        rows: dots.map((d) => [
          `${day(d.at, zone)} ${hhmm(d.at, zone)}`,
          d.where ?? '–',
          RUN[d.status].word,
          duration(d.ms),
        ]),
      }}
    >
      <Grid
        ticks={durationTicks(max, 4)}
        y={y}
        left={left}
        width={width}
        word={(v) => (v === 0 ? '0' : tick(v))}
      />
      {timeTicks(from, to, Math.max(2, Math.floor((width - left) / 96)), zone)
        .filter((t) => x(t) < width - 24 && x(t) > left + 16)
        .map((t) => (
          <text key={t} x={x(t)} y={height - 4} fontSize="11" textAnchor="middle" fill="var(--fg-3)">
            {word(t)}
          </text>
        ))}
      <BandPaths of={band} x={x} y={y} />
      {near !== undefined && (
        <>
          <path d={`M${left} ${y(near)}H${width}`} stroke="var(--fail-fill)" strokeDasharray="4 3" />
          <text x={left + 4} y={y(near) - 4} fontSize="11" fill="var(--fail)">
            maxRuntime {duration(near)}
          </text>
        </>
      )}
      {commits.map((c) => (
        <path key={c.text} d={`M${x(c.at)} 4V${bottom}`} stroke="var(--accent)" strokeDasharray="2 3" />
      ))}
      {dots.map((d) => (
        <DotMark key={d.id} of={d} x={x(d.at)} y={y(Math.min(d.ms, max))} />
      ))}
      {hover && <path d={`M${x(hover.at)} 4V${bottom}`} stroke="var(--fg-3)" />}
    </Plot>
  )
}

/** `20 m`, `500 ms`: an axis needs no second unit. */
const tick = (v: number) =>
  v < 1000
    ? `${v} ms`
    : v < 60_000
      ? `${v / 1000} s`
      : v < 3_600_000
        ? `${v / 60_000} m`
        : `${v / 3_600_000} h`

function nearest(
  dots: Dot[],
  px: number,
  py: number,
  x: (t: number) => number,
  y: (v: number) => number,
  max: number,
): Dot | null {
  let best: Dot | null = null
  let least = 18
  for (const d of dots) {
    const away = Math.hypot(x(d.at) - px, (y(Math.min(d.ms, max)) - py) / 4)
    if (away < least) {
      least = away
      best = d
    }
  }
  return best
}

function DotMark({ of: d, x, y }: { of: Dot; x: number; y: number }) {
  if (d.status !== 'succeeded') {
    return (
      <path
        d={`M${x - 3} ${y - 3}l6 6m0 -6l-6 6`}
        stroke={FILL[RUN[d.status].tone]}
        strokeWidth="1.75"
        strokeLinecap="round"
      />
    )
  }
  if (!d.odd) return <circle cx={x} cy={y} r="2.1" fill="var(--ok)" opacity=".8" />
  return (
    <g>
      <circle cx={x} cy={y} r="2.2" fill="var(--late-fill)" />
      <circle cx={x} cy={y} r="4.6" fill="none" stroke="var(--late-fill)" strokeWidth="1.25" />
    </g>
  )
}

export const DurationLegend = ({ commits }: { commits?: boolean }) => (
  <span className="flex items-center gap-3">
    <span className="flex items-center gap-1.5">
      <span className="h-2.5 w-3.5 rounded-[2px] bg-idle-fill/25" />
      usual
    </span>
    <span className="flex items-center gap-1.5">
      <span className="h-px w-3.5 bg-fg-3" />
      p50
    </span>
    <span className="flex items-center gap-1.5">
      <span className="size-2.5 rounded-full border-[1.25px] border-late-fill" />
      odd
    </span>
    {commits && (
      <span className="hidden items-center gap-1.5 sm:flex">
        <span className="h-3 w-px border-l border-dashed border-accent" />
        commit
      </span>
    )}
  </span>
)
