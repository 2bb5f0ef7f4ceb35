import type { Schemas } from '@app/api/client'
import { jobHistoryQuery } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { runsQuery } from '@app/api/queries/monitoring'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type Dot, DurationLegend, Durations } from '@ui/charts/Durations'
import { ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Card } from '@ui/primitives'
import { startOf } from './lanes'

/** How long the latest runs took. */
export function DurationCard({ job, onOpen }: { job: Schemas['Job']; onOpen: (run: string) => void }) {
  const zone = useZone()
  const { data } = useInfiniteQuery(runsQuery({ job: `${job.namespace}/${job.name}` }, 200))
  const { data: history } = useInfiniteQuery(jobHistoryQuery({ namespace: job.namespace, name: job.name }))
  const dots = rowsOf(data)
    .filter((r) => r.duration_ms != null && r.status !== 'running')
    .map(
      (r): Dot => ({
        id: r.id,
        at: startOf(r),
        ms: r.duration_ms ?? 0,
        status: r.status,
        where: r.host ?? undefined,
      }),
    )
    .sort((a, b) => a.at - b.at)
  const first = dots[0]
  const last = dots.at(-1)
  const commits = rowsOf(history)
    .map((c) => ({ at: ms(c.authored_at), text: c.commit }))
    .filter((c) => first && c.at > first.at)
  return (
    <Card title="Duration" aside={<DurationLegend commits={commits.length > 0} />}>
      {first && last ? (
        <Durations
          label={`How long the last ${dots.length} runs of ${job.name} took`}
          dots={dots}
          band={[]}
          commits={commits}
          from={first.at - 1}
          to={Math.max(last.at, first.at + 60_000)}
          zone={zone}
          onOpen={onOpen}
        />
      ) : (
        <p className="py-6 text-fg-3">No run has ended yet.</p>
      )}
    </Card>
  )
}
