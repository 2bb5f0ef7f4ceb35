import type { Schemas } from '@app/api/client'
import { jobsQuery } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { timelineQuery } from '@app/api/queries/time'
import { FilterBox } from '@app/features/FilterBox'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Now } from '@ui/charts/Lanes'
import { Swim, type SwimBit } from '@ui/charts/Swim'
import { useWidth } from '@ui/charts/useWidth'
import { NoMatch } from '@ui/Empty'
import { timeTicks } from '@ui/lib/axis'
import { useNow } from '@ui/lib/clock'
import { linear } from '@ui/lib/scale'
import { day, hhmm } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { JOB, StatusGlyph } from '@ui/status'
import { memo, type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { narrower, SPANS, type SpanName } from './spans'

/** All jobs on one axis: what ran, what is to come, and the present between them. */
export function AxisView({
  span,
  at,
  filter,
  onFilter,
  onMove,
}: {
  span: SpanName
  at?: number
  filter: { q?: string; namespace?: string }
  onFilter: (q: string) => void
  onMove: (to: { at?: number; span?: SpanName }) => void
}) {
  const [ref, width] = useWidth(1160)
  const zone = useZone()
  const now = useNow(10_000)
  const left = width < 700 ? 128 : 232
  const length = SPANS[span].ms
  const buckets = Math.max(30, Math.min(600, Math.floor((width - left) / 3)))
  const step = length / buckets
  const centre = at ?? now
  const from = Math.floor((centre - length * 0.86) / step) * step
  const to = from + length
  const list = useInfiniteQuery(timelineQuery(Math.round(from), Math.round(to), buckets, filter))
  const lanes = rowsOf(list.data)
  const page = list.data?.pages[0]
  const x = linear([from, to], [left, width])
  const [cursor, setCursor] = useState<number | null>(null)
  const [drag, setDrag] = useState<number | null>(null)
  const statuses = useStatuses(filter)
  const px = (e: PointerEvent) => {
    const p = e.clientX - e.currentTarget.getBoundingClientRect().left
    return p > left ? p : null
  }
  const end = useEnd(list)
  const long = length > 36 * 3_600_000
  return (
    <div className="scroll-thin relative min-h-0 flex-1 overflow-auto px-4 md:px-6">
      <div
        ref={ref}
        className="relative touch-pan-y select-none"
        onPointerMove={(e) => setCursor(px(e))}
        onPointerLeave={() => setCursor(null)}
        onPointerDown={(e) => e.button === 0 && setDrag(px(e))}
        onPointerUp={(e) => {
          const p = px(e)
          if (drag !== null && p !== null && Math.abs(p - drag) > 24) {
            const [a, b] = [x.invert(Math.min(p, drag)), x.invert(Math.max(p, drag))]
            onMove({ span: narrower(b - a), at: Math.round(b) })
          }
          setDrag(null)
        }}
      >
        <div className="sticky top-0 z-10 flex h-10 items-center border-b bg-surface">
          <div style={{ width: left }} className="pr-3">
            <FilterBox label="Filter jobs" placeholder="Filter" value={filter.q ?? ''} onFilter={onFilter} />
          </div>
          <svg width={width} height={40} className="pointer-events-none absolute inset-0" aria-hidden="true">
            {timeTicks(from, to, Math.max(2, Math.floor((width - left) / (long ? 96 : 72))), zone)
              .filter((t) => Math.abs(x(t) - x(now)) > 42 && x(t) > left + 16 && x(t) < width - 18)
              .map((t) => (
                <text key={t} x={x(t)} y="25" textAnchor="middle" fontSize="11" fill="var(--fg-3)">
                  {long ? day(t, zone) : hhmm(t, zone)}
                </text>
              ))}
            {cursor && Math.abs(cursor - x(now)) > 40 && (
              <>
                <rect x={cursor - 19} y="12" width="38" height="17" rx="8.5" fill="var(--line-2)" />
                <text x={cursor} y="24.5" textAnchor="middle" fontSize="11" fill="var(--fg)">
                  {hhmm(x.invert(cursor), zone)}
                </text>
              </>
            )}
            {now >= from && now <= to && (
              <Now x={x(now)} text={hhmm(now, zone)} top={29} bottom={40} max={width} />
            )}
          </svg>
        </div>
        {lanes.length === 0 && !list.isPending ? (
          <NoMatch onClear={filter.q ? () => onFilter('') : undefined}>No job matches.</NoMatch>
        ) : (
          <ul aria-label="Jobs">
            {lanes.map((lane) => (
              <Row
                key={lane.job_id}
                lane={lane}
                status={statuses.get(lane.job_id)}
                from={from}
                to={to}
                step={page?.width_ms ?? step}
                origin={page ? Date.parse(page.from) : from}
                width={width}
                left={left}
              />
            ))}
          </ul>
        )}
        <div ref={end} />
        {now >= from && now <= to && (
          <div
            aria-hidden="true"
            className="pointer-events-none absolute top-10 bottom-0 w-[1.5px] bg-accent"
            style={{ left: x(now) - 0.75 }}
          />
        )}
        {cursor && (
          <div
            aria-hidden="true"
            className="pointer-events-none absolute top-10 bottom-0 w-px bg-line-2"
            style={{ left: cursor }}
          />
        )}
        {drag !== null && cursor !== null && (
          <div
            aria-hidden="true"
            className="pointer-events-none absolute top-10 bottom-0 bg-accent/15"
            style={{ left: Math.min(drag, cursor), width: Math.abs(cursor - drag) }}
          />
        )}
      </div>
    </div>
  )
}

/** How the jobs are, as the list of jobs says it. */
function useStatuses(filter: { q?: string; namespace?: string }): Map<string, Schemas['JobStatus']> {
  const { data } = useInfiniteQuery(jobsQuery(filter))
  const jobs = rowsOf(data)
  return useMemo(() => new Map(jobs.map((j) => [j.id, j.status])), [jobs])
}

/** Reads on when the end comes into sight. */
function useEnd(list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }) {
  const latest = useRef(list)
  useEffect(() => {
    latest.current = list
  })
  return useCallback((el: HTMLElement | null) => {
    if (!el) return
    const observer = new IntersectionObserver(([entry]) => {
      const { hasNextPage, isFetchingNextPage, fetchNextPage } = latest.current
      if (entry?.isIntersecting && hasNextPage && !isFetchingNextPage) void fetchNextPage()
    })
    observer.observe(el)
    return () => observer.disconnect()
  }, [])
}

const Row = memo(function Row({
  lane,
  status,
  from,
  to,
  step,
  origin,
  width,
  left,
}: {
  lane: Schemas['TimelineLane']
  status?: Schemas['JobStatus']
  from: number
  to: number
  step: number
  origin: number
  width: number
  left: number
}) {
  const at = (part: number) => origin + part * step
  const bits: SwimBit[] = [
    ...lane.expected.map((part) => ({ at: at(part), to: at(part + 1), status: 'expected' as const })),
    ...lane.cells.map((c) => ({ at: at(c.part), to: at(c.part + 1), status: c.worst })),
  ]
  const runs = lane.cells.reduce((n, c) => n + c.runs, 0)
  return (
    <li className="relative h-8 border-b hover:bg-hover">
      <Link
        to="/jobs/$namespace/$name"
        params={{ namespace: lane.namespace, name: lane.name }}
        draggable={false}
        className="absolute inset-y-0 left-0 flex items-center gap-2.5 pr-3 outline-offset-[-2px]"
        style={{ width: left }}
      >
        {status && <StatusGlyph of={JOB[status]} />}
        <span className="truncate text-sm">
          <span className="text-fg-3 max-md:hidden">{lane.namespace} / </span>
          {lane.name}
        </span>
      </Link>
      <Swim
        bits={bits}
        from={from}
        to={to}
        width={width}
        left={left}
        label={`${lane.namespace}/${lane.name}: ${runs} runs, ${lane.expected.length} expected`}
      />
    </li>
  )
})
