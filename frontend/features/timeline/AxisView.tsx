import type { Schemas } from '@app/api/client'
import { jobsQuery } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { timelineQuery } from '@app/api/queries/time'
import { FilterBox } from '@app/features/FilterBox'
import { useInfiniteQuery } from '@tanstack/react-query'
import { NoMatch } from '@ui/Empty'
import { memo, useCallback, useEffect, useMemo, useRef } from 'react'
import { Axis, type Extent } from './Axis'
import { AxisRow, bitsOf, runsOf } from './AxisRow'
import type { SpanName } from './spans'

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
  return (
    <Axis
      span={span}
      at={at}
      onMove={onMove}
      corner={
        <FilterBox label="Filter jobs" placeholder="Filter" value={filter.q ?? ''} onFilter={onFilter} />
      }
    >
      {(extent) => <Lanes extent={extent} filter={filter} onFilter={onFilter} />}
    </Axis>
  )
}

function Lanes({
  extent,
  filter,
  onFilter,
}: {
  extent: Extent
  filter: { q?: string; namespace?: string }
  onFilter: (q: string) => void
}) {
  const list = useInfiniteQuery(timelineQuery(extent, filter))
  const lanes = rowsOf(list.data)
  const page = list.data?.pages[0]
  const statuses = useStatuses(filter)
  const end = useEnd(list)
  if (lanes.length === 0 && !list.isPending) {
    return <NoMatch onClear={filter.q ? () => onFilter('') : undefined}>No job matches.</NoMatch>
  }
  return (
    <>
      <ul aria-label="Jobs">
        {lanes.map((lane) => (
          <Row
            key={lane.job_id}
            lane={lane}
            status={statuses.get(lane.job_id)}
            extent={extent}
            step={page?.width_ms ?? extent.step}
            origin={page ? Date.parse(page.from) : extent.from}
          />
        ))}
      </ul>
      <div ref={end} />
    </>
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
  extent,
  step,
  origin,
}: {
  lane: Schemas['TimelineLane']
  status?: Schemas['JobStatus']
  extent: Extent
  step: number
  origin: number
}) {
  return (
    <li className="relative h-8 border-b hover:bg-hover">
      <AxisRow
        namespace={lane.namespace}
        name={lane.name}
        status={status}
        runs={runsOf(lane)}
        bits={bitsOf(lane, origin, step)}
        extent={extent}
      />
    </li>
  )
})
