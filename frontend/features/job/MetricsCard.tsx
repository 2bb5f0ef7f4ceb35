import type { Schemas } from '@app/api/client'
import { jobMetricsQuery } from '@app/api/queries/time'
import { useQuery } from '@tanstack/react-query'
import { Line } from '@ui/charts/Line'
import { useNow } from '@ui/lib/clock'
import { ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Card } from '@ui/primitives'

const WEEK = 7 * 86_400_000
const shown = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 5 })

/** The numbers that runs brought with them, a small curve each. */
export function MetricsCard({ job }: { job: Schemas['Job'] }) {
  const to = useNow(300_000) + 300_000
  const zone = useZone()
  const { data } = useQuery(jobMetricsQuery({ namespace: job.namespace, name: job.name }, to - WEEK, to))
  if (!data || data.metrics.length === 0) return null
  return (
    <Card title="Metrics" aside="last 7 days">
      <ul className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
        {data.metrics.map((m) => (
          <li key={m.name}>
            <p className="flex items-baseline justify-between gap-2">
              <span className="truncate font-mono text-xs text-fg-2">{m.name}</span>
              <span className="num font-medium">{shown.format(m.last)}</span>
            </p>
            <Line
              label={`${m.name} over seven days`}
              points={m.buckets.map((b) => ({ at: ms(b.at), mid: b.mean, low: b.min, high: b.max }))}
              zone={zone}
              format={(v) => shown.format(v)}
            />
          </li>
        ))}
      </ul>
    </Card>
  )
}
