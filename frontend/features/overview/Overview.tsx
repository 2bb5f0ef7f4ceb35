import { overviewQuery } from '@app/api/queries/time'
import { ApiButton } from '@app/features/shell/ApiButton'
import { NewJob } from '@app/features/shell/NewJob'
import { ZoneSwitch } from '@app/features/shell/ZoneSwitch'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Bars, BarsLegend } from '@ui/charts/Bars'
import { useNow } from '@ui/lib/clock'
import { ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Card } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { AttentionCard } from './AttentionCard'
import { ChangesCard } from './ChangesCard'
import { Health } from './Health'
import { HostsCard } from './HostsCard'
import { LoadCard } from './LoadCard'
import { NextUp } from './NextUp'

const HALF_HOUR = 1_800_000

/** Whether all is well; if not, what is not; and what comes. */
export function Overview() {
  const { data } = useSuspenseQuery(overviewQuery)
  const now = useNow(15_000)
  const zone = useZone()
  return (
    <>
      <PageHead
        title={<PageTitle>Overview</PageTitle>}
        actions={
          <>
            <ZoneSwitch />
            <ApiButton />
            <NewJob />
          </>
        }
      />
      <PageBody className="grid grid-cols-1 auto-rows-min gap-4 p-4 md:p-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Health data={data} />
        <AttentionCard data={data} />
        <NextUp moments={data.upcoming} total={data.upcoming_total} />
        <Card title="Runs" aside={<BarsLegend />}>
          <Bars
            label="Runs by the half hour: the last 24 hours, and those expected in the next two"
            buckets={data.runs.slots.map((s) => ({
              at: ms(s.at),
              good: s.succeeded,
              failed: s.failed,
              missed: s.missed,
              expected: s.expected ?? 0,
            }))}
            span={HALF_HOUR}
            now={now}
            zone={zone}
          />
        </Card>
        <LoadCard />
        <ChangesCard changes={data.changes} />
        <HostsCard troubled={data.agents} />
      </PageBody>
    </>
  )
}
