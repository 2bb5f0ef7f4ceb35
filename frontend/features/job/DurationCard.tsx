import type { Schemas } from '@app/api/client'
import { jobHistoryQuery } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { jobDurationsQuery } from '@app/api/queries/time'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { DurationLegend, Durations } from '@ui/charts/Durations'
import { now, useNow } from '@ui/lib/clock'
import { ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Card, Skeleton } from '@ui/primitives'
import { maxRuntime } from './policy'

const WEEK = 7 * 86_400_000
const STEP = 300_000

/** The week that ends with the present, in steps of five minutes. */
export function weekOf(present = Math.floor(now() / STEP) * STEP) {
  const to = present + STEP
  return { from: to - WEEK, to }
}

/** How long the runs of a week took, over what is usual; the commits of that time on the same axis. */
export function DurationCard({ job, onOpen }: { job: Schemas['Job']; onOpen: (run: string) => void }) {
  const path = { namespace: job.namespace, name: job.name }
  const zone = useZone()
  const { from: week, to } = weekOf(useNow(STEP))
  const { data } = useQuery(jobDurationsQuery(path, week, to))
  const { data: history } = useInfiniteQuery(jobHistoryQuery(path))
  const points = data?.points ?? []
  const band = (data?.buckets ?? [])
    .filter((b) => b.p50_ms != null)
    .map((b) => ({ at: ms(b.at), low: b.p5_ms ?? 0, mid: b.p50_ms ?? 0, high: b.p95_ms ?? 0 }))
  const usual = points
    .filter((p) => p.status === 'succeeded')
    .map((p) => p.duration_ms)
    .sort((a, b) => a - b)
  const high = (usual[Math.floor(usual.length * 0.75)] ?? 0) * 2
  const first = Math.min(...points.map((p) => ms(p.at)), ...band.map((b) => b.at))
  const from = Number.isFinite(first) ? Math.max(week, first - 60_000) : week
  const commits = rowsOf(history)
    .map((c) => ({ at: ms(c.authored_at), text: c.commit }))
    .filter((c) => c.at > from)
  return (
    <Card title="Duration" aside={<DurationLegend commits={commits.length > 0} />}>
      {!data ? (
        <Skeleton className="h-48" />
      ) : points.length === 0 && band.length === 0 ? (
        <p className="py-6 text-fg-3">No run has ended in the last seven days.</p>
      ) : (
        <Durations
          label={`How long ${points.length || 'the'} runs of ${job.name} took in the last seven days`}
          dots={points.map((p) => ({
            id: p.run_id,
            at: ms(p.at),
            ms: p.duration_ms,
            status: p.status,
            where: p.host ?? undefined,
            odd: high > 1000 && p.duration_ms > high,
          }))}
          band={band}
          limit={maxRuntime(job.manifest)}
          commits={commits}
          from={from}
          to={to}
          zone={zone}
          onOpen={onOpen}
        />
      )}
    </Card>
  )
}
