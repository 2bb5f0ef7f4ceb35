import type { Schemas } from '@app/api/client'
import { jobHistoryQuery, nextRunsQuery } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { incidentsQuery, runsQuery } from '@app/api/queries/monitoring'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Lanes } from '@ui/charts/Lanes'
import { useNow } from '@ui/lib/clock'
import { ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Card, Segmented } from '@ui/primitives'
import { lanesOf } from './lanes'
import { fitting, WINDOW_OPTIONS, WINDOWS, type WindowName } from './window'

/** When it should have run, and what ran, place by place. */
export function TimelineCard({
  job,
  window,
  onWindow,
  onOpen,
}: {
  job: Schemas['Job']
  window?: WindowName
  onWindow: (window: WindowName) => void
  onOpen: (run: string) => void
}) {
  const path = { namespace: job.namespace, name: job.name }
  const zone = useZone()
  const now = useNow(5000)
  const { data: next } = useQuery(nextRunsQuery(path, 40))
  const starts = (next?.items ?? []).map((n) => ms(n.at))
  const name = window ?? fitting([...new Set(starts)])
  const length = WINDOWS[name].ms
  // The window moves by whole steps, so that its address in the cache stays the same for a while.
  const step = Math.max(60_000, length / 24)
  const from = Math.floor((now - length * 0.86) / step) * step
  const to = from + length
  const { data: runs } = useInfiniteQuery({
    ...runsQuery(
      { job: `${job.namespace}/${job.name}`, after: new Date(from - length * 0.05).toISOString() },
      200,
    ),
    placeholderData: keepPreviousData,
  })
  const { data: incidents } = useInfiniteQuery(incidentsQuery({ job: `${job.namespace}/${job.name}` }, 20))
  const { data: history } = useInfiniteQuery(jobHistoryQuery(path))
  const all = rowsOf(runs)
  const lanes = lanesOf(job, all)
  const expected = [
    ...new Set([...all.flatMap((r) => (r.expected_at ? [ms(r.expected_at)] : [])), ...starts]),
  ].filter((t) => t >= from && t <= to)
  const lengths = all.flatMap((r) => (r.status === 'succeeded' && r.duration_ms ? [r.duration_ms] : []))
  const usual = lengths.sort((a, b) => a - b)[Math.floor(lengths.length / 2)] ?? 0
  const marks = [
    ...rowsOf(history)
      .filter((c) => ms(c.authored_at) > from)
      .map((c) => ({ at: ms(c.authored_at), text: c.commit.slice(0, 7), tone: 'commit' as const })),
    ...rowsOf(incidents)
      .filter((i) => !i.resolved_at || ms(i.resolved_at) > from)
      .map((i) => ({
        at: Math.max(from, ms(i.opened_at)),
        to: i.resolved_at ? ms(i.resolved_at) : undefined,
        text: i.id.slice(-6),
        tone: 'incident' as const,
      })),
  ]
  return (
    <Card
      title="Timeline"
      aside={<Segmented label="Window" value={name} onChange={onWindow} options={WINDOW_OPTIONS} />}
    >
      {lanes.length ? (
        <Lanes
          label={`Runs of ${job.name}, expected against actual`}
          lanes={lanes}
          expected={expected}
          marks={marks}
          from={from}
          to={to}
          now={now}
          zone={zone}
          usual={usual}
          onOpen={onOpen}
        />
      ) : (
        <p className="py-6 text-fg-3">
          Nothing ran yet, and no host holds the job: there is nothing to draw.
        </p>
      )}
    </Card>
  )
}
