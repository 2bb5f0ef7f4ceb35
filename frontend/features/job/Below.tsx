import type { Schemas } from '@app/api/client'
import type { JobPath } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { outputQuery, runsQuery } from '@app/api/queries/monitoring'
import { jobDurationsQuery, jobStatisticsQuery } from '@app/api/queries/time'
import type { QueryClient } from '@tanstack/react-query'
import { CalendarCard } from './CalendarCard'
import { DurationCard, weekOf } from './DurationCard'
import { LatestRuns, peeked } from './LatestRuns'
import { MetricsCard } from './MetricsCard'

/** Asks for what these cards show, while what is above them is being drawn. */
export function warm(query: QueryClient, path: JobPath, chosen?: string) {
  const list = runsQuery({ job: `${path.namespace}/${path.name}` }, 200)
  void query.prefetchInfiniteQuery(list).then(() => {
    const shown = peeked(rowsOf(query.getQueryData(list.queryKey)), chosen)
    if (shown) void query.prefetchQuery(outputQuery(shown.id))
  })
  const { from, to } = weekOf()
  void query.prefetchQuery(jobDurationsQuery(path, from, to))
  void query.prefetchQuery(jobStatisticsQuery(path, 366))
}

/** What of a job's page comes below the first picture; fetched a moment after it. */
export default function Below({
  job,
  chosen,
  onChoose,
  onOpen,
}: {
  job: Schemas['Job']
  chosen?: string
  onChoose: (run: string) => void
  onOpen: (run: string) => void
}) {
  return (
    <>
      <DurationCard job={job} onOpen={onOpen} />
      <LatestRuns job={job} chosen={chosen} onChoose={onChoose} />
      <CalendarCard job={job} />
      {/* Last, because it is there only when runs brought numbers: nothing is below it to move. */}
      <MetricsCard job={job} />
    </>
  )
}
