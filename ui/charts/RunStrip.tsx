import { FILL, RUN, type RunStatus } from '@ui/status'
import { memo } from 'react'

/** One run, as short as can be: how it ended, and how long it took. */
export type Mark = { status: RunStatus; ms: number | null }

const AT_LENGTH: Set<RunStatus> = new Set(['succeeded', 'running'])

/**
 * The last runs as one glyph: colour and shape say how each ended, height how long it took against the
 * usual longest. One <path> per status, so a strip costs two or three elements and 10,000 rows stay cheap.
 */
export const RunStrip = memo(function RunStrip({
  marks,
  p95,
  bar = 4,
  gap = 2,
  height = 22,
  slots = 30,
}: {
  marks: readonly Mark[]
  /** Milliseconds that draw a bar at four fifths of the height; the longest shown when absent. */
  p95?: number | null
  bar?: number
  gap?: number
  height?: number
  slots?: number
}) {
  const width = slots * (bar + gap) - gap
  const shown = marks.slice(-slots)
  const scale = p95 || Math.max(1, ...shown.map((m) => m.ms ?? 0))
  const paths: Partial<Record<RunStatus, string>> = {}
  const tally: Partial<Record<RunStatus, number>> = {}
  shown.forEach((m, i) => {
    const x = (slots - shown.length + i) * (bar + gap)
    const ratio = m.ms == null ? 0.6 : Math.min(1, 0.22 + 0.56 * (m.ms / scale))
    const h = AT_LENGTH.has(m.status) ? Math.max(4, height * ratio) : height
    const inset = m.status === 'missed' ? 0.75 : 0
    paths[m.status] =
      (paths[m.status] ?? '') + rounded(x + inset, height - h + inset, bar - 2 * inset, h - 2 * inset)
    tally[m.status] = (tally[m.status] ?? 0) + 1
  })
  const statuses = Object.keys(paths) as RunStatus[]
  const words = statuses.map((s) => `${tally[s]} ${RUN[s].word.toLowerCase()}`).join(', ')
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={shown.length ? `Last ${shown.length} runs: ${words}` : 'No runs yet'}
      className="block overflow-visible"
    >
      {shown.length < slots && (
        <path
          d={`M0 ${height - 0.75}h${Math.max(0, (slots - shown.length) * (bar + gap) - gap)}`}
          stroke="var(--line-2)"
          strokeDasharray={`${bar} ${gap}`}
          strokeWidth="1.5"
        />
      )}
      {statuses.map((s) =>
        s === 'missed' ? (
          <path key={s} d={paths[s]} fill="none" stroke={FILL.miss} strokeWidth="1.5" />
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

function rounded(x: number, y: number, w: number, h: number): string {
  const r = Math.min(1.25, w / 2, h / 2)
  return `M${x} ${y + r}q0 ${-r} ${r} ${-r}h${w - 2 * r}q${r} 0 ${r} ${r}v${h - 2 * r}q0 ${r} ${-r} ${r}h${2 * r - w}q${-r} 0 ${-r} ${-r}z`
}
