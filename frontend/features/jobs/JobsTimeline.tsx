import type { Schemas } from '@app/api/client'
import type { JobFilter } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { jobTimelineQuery, timelineQuery } from '@app/api/queries/time'
import { Axis, type Extent } from '@app/features/timeline/Axis'
import { AxisRow, bitsOf, runsOf } from '@app/features/timeline/AxisRow'
import { SPAN_OPTIONS, SPANS, type SpanName } from '@app/features/timeline/spans'
import { Walk } from '@app/features/timeline/Walk'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { SwimBit } from '@ui/charts/Swim'
import { now } from '@ui/lib/clock'
import { useKeys } from '@ui/lib/keys'
import { ms } from '@ui/lib/time'
import { useRows } from '@ui/lib/useRows'
import { Segmented } from '@ui/primitives'
import { useRowKeys } from '@ui/VirtualList'
import { memo, type RefObject, useEffect, useMemo, useRef, useState } from 'react'

type Job = Schemas['JobSummary']
type Moved = { at?: number; span?: SpanName }

/** A row is 32 pixels high, as on the timeline of all jobs. */
const ROW = 32
/** Jobs ahead of the last lane read that wait for the next page of lanes; those further on are read one by one. */
const NEAR = 60
/** A row is in sight so long before its lane is read by itself: who scrolls past does not ask for it. */
const SETTLED = 150

/** The jobs of the list on one axis of time, in the list's order. */
export default function JobsTimeline({
  jobs,
  urgent,
  filter,
  span,
  at,
  onMove,
  onEnd,
}: {
  jobs: Job[]
  /** How many of them stand above the rest because they need somebody. */
  urgent: number
  filter: JobFilter
  span: SpanName
  at?: number
  onMove: (to: Moved) => void
  onEnd: () => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const move = (by: 1 | -1) => onMove({ at: (at ?? now()) + (by * SPANS[span].ms) / 2 })
  useKeys({ '[': () => move(-1), ']': () => move(1) })
  return (
    <>
      <div className="flex shrink-0 items-center gap-2 border-b bg-sunken px-4 py-2 md:px-6">
        <Segmented
          label="Window"
          value={span}
          onChange={(next) => onMove({ span: next })}
          options={SPAN_OPTIONS}
        />
        <Walk onMove={move} onNow={() => onMove({ at: undefined })} />
      </div>
      <Axis box={box} span={span} at={at} onMove={onMove} corner={<span className="label">Job</span>}>
        {(extent) => (
          <Rows box={box} extent={extent} jobs={jobs} urgent={urgent} filter={filter} onEnd={onEnd} />
        )}
      </Axis>
    </>
  )
}

function Rows({
  box,
  extent,
  jobs,
  urgent,
  filter,
  onEnd,
}: {
  box: RefObject<HTMLDivElement | null>
  extent: Extent
  jobs: Job[]
  urgent: number
  filter: JobFilter
  onEnd: () => void
}) {
  // The timeline of all jobs knows names and namespaces; which job has a status or a label, the list alone.
  const { q, namespace } = filter
  const isKnown = !filter.status && !filter.label
  const list = useInfiniteQuery({ ...timelineQuery(extent, { q, namespace }), enabled: isKnown })
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  const page = list.data?.pages[0]
  const read = rowsOf(list.data)
  const lanes = useMemo(() => new Map(read.map((lane) => [lane.job_id, lane])), [read])
  const { from, to } = useRows(box, jobs.length, ROW)
  useEffect(() => {
    if (to >= jobs.length - 40) onEnd()
  }, [to, jobs.length, onEnd])
  const isNear = (index: number) => index >= urgent && index - urgent < lanes.size + NEAR
  const inSight = jobs.slice(from, to)
  const wantsMore = isKnown && inSight.some((job, i) => isNear(from + i) && !lanes.has(job.id))
  useEffect(() => {
    if (wantsMore && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [wantsMore, hasNextPage, isFetchingNextPage, fetchNextPage])
  useRowKeys(box)
  return (
    <ul aria-label="Jobs" style={{ height: jobs.length * ROW }} className="relative">
      {inSight.map((job, i) => {
        const index = from + i
        const lane = lanes.get(job.id)
        return (
          <li
            key={job.id}
            style={{ top: index * ROW, height: ROW }}
            className="absolute inset-x-0 border-b hover:bg-hover"
          >
            {lane && page ? (
              <Lane job={job} lane={lane} origin={ms(page.from)} step={page.width_ms} extent={extent} />
            ) : (
              <OwnLane job={job} extent={extent} wanted={!isKnown || (hasNextPage && !isNear(index))} />
            )}
          </li>
        )
      })}
    </ul>
  )
}

const Lane = memo(function Lane({
  job,
  lane,
  origin,
  step,
  extent,
}: {
  job: Job
  lane: Schemas['TimelineLane']
  origin: number
  step: number
  extent: Extent
}) {
  const bits = useMemo(() => bitsOf(lane, origin, step), [lane, origin, step])
  return (
    <AxisRow
      namespace={job.namespace}
      name={job.name}
      status={job.status}
      runs={runsOf(lane)}
      bits={bits}
      extent={extent}
    />
  )
})

const NOTHING: SwimBit[] = []

/** A job whose lane is read by itself, once it has been in sight for a moment. */
const OwnLane = memo(function OwnLane({
  job,
  extent,
  wanted,
}: {
  job: Job
  extent: Extent
  wanted: boolean
}) {
  const [settled, setSettled] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLED)
    return () => clearTimeout(timer)
  }, [])
  const { from, to, step } = extent
  const { data } = useQuery({
    ...jobTimelineQuery(job, Math.round(from), Math.round(to)),
    enabled: wanted && settled,
  })
  const bits = useMemo(() => (data ? drawn(data, step) : NOTHING), [data, step])
  return (
    <AxisRow
      namespace={job.namespace}
      name={job.name}
      status={job.status}
      runs={data?.places.reduce((n, p) => n + p.runs.length, 0) ?? 0}
      bits={bits}
      extent={extent}
    />
  )
})

/** What one job's timeline draws: every run as long as it took, and what is yet to start. */
function drawn(of: Schemas['JobTimeline'], step: number): SwimBit[] {
  const present = ms(of.now)
  const runs = of.places.flatMap((place) => place.runs)
  return [
    ...of.expected
      .map(ms)
      .filter((at) => at > present)
      .map((at) => ({ at, to: at + step, status: 'expected' as const })),
    ...runs.map((r) => {
      const at = ms(r.at)
      const end = r.status === 'running' ? present : r.finished_at ? ms(r.finished_at) : at
      return { at, to: r.status === 'missed' ? at + step : Math.max(end, at + step), status: r.status }
    }),
  ]
}
