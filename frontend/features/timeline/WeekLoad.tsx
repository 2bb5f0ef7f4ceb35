import { loadQuery } from '@app/api/queries/time'
import { useQuery } from '@tanstack/react-query'
import { Heat } from '@ui/charts/Heat'
import { useNow } from '@ui/lib/clock'
import { count, day, hhmm, ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Card, Note, Skeleton } from '@ui/primitives'
import { PageBody } from '@ui/Shell'
import { dayGrid, startOfDay } from './load'

const DAY = 86_400_000

/** Seven days of starts by five minutes: where everything happens at once, and where there is room. */
export function WeekLoad({ at, onPick }: { at?: number; onPick: (moment: number) => void }) {
  const zone = useZone()
  const now = useNow(3_600_000)
  const from = startOfDay(at ?? now, zone)
  const { data } = useQuery(loadQuery(from, 168))
  const peak = data?.peak
  return (
    <PageBody className="p-4 md:p-6" label="Load of the week">
      {peak && peak.total > 1 && (
        <div className="mb-4">
          <Note>
            The busiest five minutes begin {day(ms(peak.at), zone)} at {hhmm(ms(peak.at), zone)} with{' '}
            {count(peak.total, 'start')}:{' '}
            {[...new Set(peak.jobs.map((j) => `${j.namespace}/${j.name}`))].join(', ')}. A{' '}
            <code className="font-mono">jitter</code>, or other minutes, spread them.
          </Note>
        </div>
      )}
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2 2xl:grid-cols-3">
        {Array.from({ length: 7 }, (_, i) => {
          const begin = from + i * DAY
          const cells = data?.cells.slice(i * 288, (i + 1) * 288)
          return (
            <Card
              key={begin}
              title={day(begin + DAY / 2, zone)}
              aside={
                cells &&
                count(
                  cells.reduce((a, b) => a + b, 0),
                  'start',
                )
              }
            >
              {cells ? (
                <Heat
                  load={dayGrid(cells)}
                  onPick={(hour, minute) => onPick(begin + (hour * 60 + minute) * 60_000)}
                />
              ) : (
                <Skeleton className="h-[174px]" />
              )}
            </Card>
          )
        })}
      </div>
    </PageBody>
  )
}
