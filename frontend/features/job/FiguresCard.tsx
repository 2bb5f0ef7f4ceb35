import type { Schemas } from '@app/api/client'
import { jobStatisticsQuery } from '@app/api/queries/time'
import { useQuery } from '@tanstack/react-query'
import { duration, int } from '@ui/lib/time'
import { Card, Fact, Facts, Note } from '@ui/primitives'

const percent = (share: number | null | undefined) =>
  share == null ? '–' : `${(share * 100).toFixed(share > 0.9995 || share === 0 ? 0 : 2)} %`

/** How it did in 30 days, beside the 30 before. */
export function FiguresCard({ job }: { job: Schemas['Job'] }) {
  const { data } = useQuery(jobStatisticsQuery({ namespace: job.namespace, name: job.name }, 30))
  if (!data || data.total.runs === 0) return null
  const { total, uptime, duration_ratio: ratio } = data
  return (
    <Card title="Last 30 days">
      <Facts>
        <Fact name="Runs">
          <span className="num">{int(total.runs)}</span>
        </Fact>
        <Fact name="Success">
          <span className="num">{percent(total.success_rate)}</span>
        </Fact>
        <Fact name="Without incident">
          <span className="num">{percent(uptime)}</span>
        </Fact>
        <Fact name="p50 / p95">
          <span className="num">
            {duration(total.p50_ms)} / {duration(total.p95_ms)}
          </span>
        </Fact>
        {total.missed > 0 && (
          <Fact name="Missed">
            <span className="num text-miss">{int(total.missed)}</span>
          </Fact>
        )}
      </Facts>
      {ratio != null && ratio >= 1.5 && (
        <div className="mt-3">
          <Note tone="late">Runs take {ratio.toFixed(1)} times as long as in the 30 days before.</Note>
        </div>
      )}
    </Card>
  )
}
