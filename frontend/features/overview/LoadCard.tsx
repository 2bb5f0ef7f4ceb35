import { loadQuery } from '@app/api/queries/time'
import { dayGrid, startOfDay } from '@app/features/timeline/load'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Heat } from '@ui/charts/Heat'
import { useNow } from '@ui/lib/clock'
import { useZone } from '@ui/lib/zone'
import { Card, Skeleton } from '@ui/primitives'

/** When in the day everything starts at once. */
export function LoadCard() {
  const zone = useZone()
  const from = startOfDay(useNow(3_600_000), zone)
  const { data } = useQuery(loadQuery(from))
  const go = useNavigate()
  return (
    <Card title="Schedule load" aside="starts today, by hour">
      {data ? (
        <Heat
          load={dayGrid(data.cells)}
          onPick={(hour, minute) =>
            void go({ to: '/timeline', search: { view: 'agenda', at: from + (hour * 60 + minute) * 60_000 } })
          }
        />
      ) : (
        <Skeleton className="h-[174px]" />
      )}
    </Card>
  )
}
