import type { Schemas } from '@app/api/client'
import { jobStatisticsQuery } from '@app/api/queries/time'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Calendar } from '@ui/charts/Calendar'
import { Card, Skeleton } from '@ui/primitives'

const DAY = 86_400_000

/** A year of days; a day leads to its runs. */
export function CalendarCard({ job }: { job: Schemas['Job'] }) {
  const { data } = useQuery(jobStatisticsQuery({ namespace: job.namespace, name: job.name }, 366))
  const go = useNavigate()
  const days = (data?.days ?? []).map((d) => ({
    day: d.date,
    good: d.succeeded,
    bad: d.failed + d.timed_out + d.missed,
  }))
  const today = data ? new Date(Date.parse(data.to) - 1).toISOString().slice(0, 10) : ''
  if (data && days.at(-1)?.day !== today) days.push({ day: today, good: 0, bad: 0 })
  return (
    <Card title="A year of days" aside="UTC">
      {data ? (
        <Calendar
          label={`Runs of ${job.name} by day`}
          days={days}
          onPick={(day) => {
            const from = Date.parse(`${day}T00:00:00Z`)
            void go({
              to: '/runs',
              search: {
                job: `${job.namespace}/${job.name}`,
                after: new Date(from).toISOString(),
                before: new Date(from + DAY).toISOString(),
              },
            })
          }}
        />
      ) : (
        <Skeleton className="h-39" />
      )}
    </Card>
  )
}
