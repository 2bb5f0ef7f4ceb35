import type { Schemas } from '@app/api/client'
import { nextRunsQuery } from '@app/api/queries/jobs'
import { jobTimelineQuery } from '@app/api/queries/time'
import { shortId } from '@app/features/incidents/words'
import { useQuery } from '@tanstack/react-query'
import { Lanes, lanesHeight } from '@ui/charts/Lanes'
import { useNow } from '@ui/lib/clock'
import { ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Card, Segmented, Skeleton } from '@ui/primitives'
import { fitting, WINDOW_OPTIONS, WINDOWS, type WindowName } from './window'

/** When it should have run, and what ran, place by place, with the commits and incidents of that time. */
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
  const name = window ?? fitting([...new Set((next?.items ?? []).map((n) => ms(n.at)))])
  const length = WINDOWS[name].ms
  // The window moves by steps, so that what was read for it stays good for a while.
  const step = Math.max(60_000, length / 24)
  const from = Math.floor((now - length * 0.86) / step) * step
  const to = from + length
  const { data } = useQuery({ ...jobTimelineQuery(path, from, to), enabled: !!window || !!next })
  return (
    <Card
      title="Timeline"
      aside={<Segmented label="Window" value={name} onChange={onWindow} options={WINDOW_OPTIONS} />}
    >
      {!data ? (
        // As high as what will be drawn, and the line below it: nothing moves when it comes.
        <div style={{ height: lanesHeight(Math.max(1, job.placements.length)) + 24 }}>
          <Skeleton className="h-full" />
        </div>
      ) : data.places.length === 0 ? (
        <p className="py-6 text-fg-3">
          Nothing ran yet, and no host holds the job: there is nothing to draw.
        </p>
      ) : (
        <Lanes
          label={`Runs of ${job.name}, expected against actual`}
          lanes={lanesOf(data, job.ping)}
          expected={data.expected.map(ms)}
          marks={marksOf(data)}
          from={from}
          to={to}
          now={now}
          zone={zone}
          usual={job.recent?.p50_ms ?? usual(data)}
          onOpen={onOpen}
        />
      )}
    </Card>
  )
}

const lanesOf = (data: Schemas['JobTimeline'], ping: boolean) =>
  data.places.map((p) => ({
    key: p.monitor_id,
    name: p.host ?? (ping ? 'check-ins' : 'no host'),
    runs: p.runs.map((r) => ({
      id: r.id,
      status: r.status,
      start: ms(r.at),
      end: r.finished_at ? ms(r.finished_at) : undefined,
      expected: r.expected_at ? ms(r.expected_at) : undefined,
    })),
  }))

const marksOf = (data: Schemas['JobTimeline']) => [
  ...data.commits.map((c) => ({
    at: ms(c.authored_at),
    text: c.commit.slice(0, 7),
    tone: 'commit' as const,
  })),
  ...data.incidents.map((i) => ({
    at: Math.max(ms(data.from), ms(i.opened_at)),
    to: i.resolved_at ? ms(i.resolved_at) : undefined,
    text: shortId(i.id),
    tone: 'incident' as const,
  })),
]

/** The middle of what good runs took. */
function usual(data: Schemas['JobTimeline']): number {
  const lengths = data.places
    .flatMap((p) => p.runs)
    .flatMap((r) => (r.status === 'succeeded' && r.duration_ms ? [r.duration_ms] : []))
    .sort((a, b) => a - b)
  return lengths[Math.floor(lengths.length / 2)] ?? 0
}
