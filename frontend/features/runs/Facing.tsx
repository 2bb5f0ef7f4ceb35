import type { Schemas } from '@app/api/client'
import { useWidth } from '@ui/charts/useWidth'
import { useNow } from '@ui/lib/clock'
import { duration, hhmmss, ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { FILL, RUN } from '@ui/status'

/** One run on its own axis: when it was expected, when it began, its attempts, and when it ended. */
export function Facing({ run }: { run: Schemas['Run'] }) {
  const [ref, width] = useWidth(760)
  const zone = useZone()
  const now = useNow(1000)
  const expected = run.expected_at ? ms(run.expected_at) : undefined
  const began = run.started_at ? ms(run.started_at) : undefined
  const end = run.finished_at ? ms(run.finished_at) : run.status === 'running' ? now : (began ?? expected)
  const first = Math.min(expected ?? Infinity, began ?? Infinity, end ?? Infinity)
  const last = Math.max(end ?? first, first + 1000)
  if (!Number.isFinite(first)) return <div />
  const room = Math.max(1, last - first)
  const x = (t: number) => 12 + ((t - first) / room) * (width - 24)
  const tone = FILL[RUN[run.status].tone]
  const missed = run.status === 'missed'
  const bars =
    (run.attempts?.length ?? 0) > 1
      ? (run.attempts ?? []).map((a, i) => ({
          key: i,
          from: ms(a.started_at),
          to: ms(a.started_at) + a.duration_ms,
          fill: i === (run.attempts?.length ?? 0) - 1 ? tone : FILL.late,
        }))
      : began !== undefined && end !== undefined
        ? [{ key: 0, from: began, to: end, fill: tone }]
        : []
  const label = [
    expected && `expected ${hhmmss(expected, zone)}`,
    began && `began ${hhmmss(began, zone)}`,
    run.finished_at && !missed && `ended ${hhmmss(ms(run.finished_at), zone)}`,
    run.duration_ms != null && `took ${duration(run.duration_ms)}`,
  ].filter(Boolean)
  return (
    <section
      aria-label="Timeline of the run"
      className="min-w-0 rounded-lg border bg-surface px-4 py-3 shadow-card"
    >
      <div ref={ref}>
        <svg
          width={width}
          height={40}
          role="img"
          aria-label={label.join(', ')}
          className="block overflow-visible"
        >
          <path d={`M0 26H${width}`} stroke="var(--line)" />
          {expected !== undefined && (
            <>
              <path d={`M${x(expected)} 12l-4 -7h8z`} fill="var(--fg-3)" />
              <path d={`M${x(expected)} 12V38`} stroke="var(--fg-3)" strokeDasharray="2 3" />
            </>
          )}
          {missed && expected !== undefined && (
            <rect
              x={x(expected)}
              y={18}
              width={12}
              height={16}
              rx="2.5"
              fill="none"
              stroke={FILL.miss}
              strokeWidth="1.5"
            />
          )}
          {bars.map((b) => (
            <rect
              key={b.key}
              x={x(b.from)}
              y={18}
              width={Math.max(4, x(b.to) - x(b.from) - 1)}
              height={16}
              rx="2.5"
              fill={b.fill}
              className={run.status === 'running' ? 'animate-run' : undefined}
            />
          ))}
        </svg>
      </div>
      <p className="num mt-1.5 flex flex-wrap justify-between gap-x-4 text-xs text-fg-3">
        {label.map((part) => (
          <span key={String(part)}>{part}</span>
        ))}
      </p>
    </section>
  )
}
