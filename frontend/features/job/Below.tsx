import type { Schemas } from '@app/api/client'
import { CalendarCard } from './CalendarCard'
import { DurationCard } from './DurationCard'
import { LatestRuns } from './LatestRuns'
import { MetricsCard } from './MetricsCard'

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
