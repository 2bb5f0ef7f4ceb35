import type { Schemas } from '@app/api/client'
import { usageQuery } from '@app/api/queries/usage'
import { ApiButton } from '@app/features/shell/ApiButton'
import { Meter } from '@app/features/usage/Meter'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Days } from '@ui/charts/Days'
import { bytes, count, int, ms } from '@ui/lib/time'
import { Card } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { Ago } from '@ui/Time'

export const Route = createFileRoute('/_app/usage')({
  loader: ({ context }) => context.query.ensureQueryData(usageQuery),
  component: Usage,
})

function Usage() {
  const { data } = useSuspenseQuery(usageQuery)
  const days = (pick: (d: Schemas['UsageDay']) => number) =>
    data.days.map((d) => ({ at: ms(`${d.date}T00:00:00Z`), value: pick(d) }))
  const sum = (pick: (d: Schemas['UsageDay']) => number) => data.days.reduce((n, d) => n + pick(d), 0)
  const missed = sum((d) => d.missed)
  return (
    <>
      <PageHead title={<PageTitle>Usage</PageTitle>} actions={<ApiButton />} />
      <PageBody className="grid auto-rows-min grid-cols-1 gap-4 p-4 md:p-6 xl:grid-cols-2">
        <Card
          title="What there is"
          aside={
            <span>
              counted <Ago at={data.at} />
            </span>
          }
          flush
          className="xl:col-span-2"
        >
          {/* The gaps are the lines between: ten fill both two and five columns. */}
          <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-b-lg border-t bg-line lg:grid-cols-5">
            {data.meters.map((m) => (
              <Meter key={m.of} meter={m} />
            ))}
          </dl>
        </Card>
        <Card
          title="Check-ins a day"
          aside={`${count(
            sum((d) => d.check_ins),
            'check-in',
          )} in 30 days`}
        >
          <Days
            label="Accepted check-ins of the last 30 days"
            name="Check-ins"
            days={days((d) => d.check_ins)}
            format={int}
          />
        </Card>
        <Card
          title="Runs a day"
          aside={
            <span>
              {count(
                sum((d) => d.runs),
                'run',
              )}
              {missed > 0 && (
                <>
                  , <span className="text-miss">{int(missed)} missed</span>
                </>
              )}{' '}
              in 30 days
            </span>
          }
        >
          <Days
            label="Runs that ended in the last 30 days"
            name="Runs"
            days={days((d) => d.runs)}
            format={int}
          />
        </Card>
        <Card
          title="Outputs kept, by the day they came"
          aside={`${bytes(sum((d) => d.output_bytes))} of 30 days`}
          className="xl:col-span-2"
        >
          <Days
            label="Bytes of the outputs that are kept, by the day they came"
            name="Bytes"
            days={days((d) => d.output_bytes)}
            format={bytes}
          />
        </Card>
        <p className="text-xs text-fg-3 xl:col-span-2">
          Days are those of UTC. A run that was judged late is counted in the day it belongs to. Where no
          limit stands beside a number, this server sets none.
        </p>
      </PageBody>
    </>
  )
}
