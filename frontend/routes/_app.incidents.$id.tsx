import { incidentQuery } from '@app/api/queries/monitoring'
import { Crumbs } from '@app/features/Crumbs'
import { IncidentActions } from '@app/features/incidents/IncidentActions'
import { IncidentTimeline } from '@app/features/incidents/IncidentTimeline'
import { LastChange } from '@app/features/incidents/LastChange'
import { LastRun } from '@app/features/incidents/LastRun'
import { Told } from '@app/features/incidents/Told'
import { KIND, shortId } from '@app/features/incidents/words'
import { PlaceFacts } from '@app/features/PlaceFacts'
import { ApiButton } from '@app/features/shell/ApiButton'
import { ZoneSwitch } from '@app/features/shell/ZoneSwitch'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { int } from '@ui/lib/time'
import { Card, Fact, Facts, Tag } from '@ui/primitives'
import { PageBody, PageHead } from '@ui/Shell'
import { INCIDENT, StatusGlyph, StatusPill } from '@ui/status'
import { Ago, At, Since } from '@ui/Time'

export const Route = createFileRoute('/_app/incidents/$id')({
  loader: ({ context, params }) => context.query.ensureQueryData(incidentQuery(params.id)),
  component: IncidentPage,
})

function IncidentPage() {
  const { id } = Route.useParams()
  const { data: i } = useSuspenseQuery(incidentQuery(id))
  return (
    <>
      <PageHead
        title={
          <Crumbs>
            {[
              <Link key="all" to="/incidents">
                Incidents
              </Link>,
              <span key="id" className="font-mono text-xs text-fg">
                {shortId(i.id)}
              </span>,
            ]}
          </Crumbs>
        }
        actions={
          <>
            <ZoneSwitch />
            <ApiButton />
            <IncidentActions incident={i} />
          </>
        }
      />
      <PageBody>
        <div className="px-4 pt-4 md:px-6">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1 className="text-xl font-semibold tracking-tight text-balance" tabIndex={-1}>
              {i.title}
            </h1>
            <StatusPill of={INCIDENT[i.state]} />
            <Tag>{i.severity}</Tag>
          </div>
          <p className="mt-1 text-sm text-fg-3">
            {i.state === 'resolved' ? (
              <>
                over since <Ago at={i.resolved_at} />
              </>
            ) : (
              <>
                for <Since at={i.opened_at} />
                {i.acknowledged_by ? `, taken by ${i.acknowledged_by}` : ', taken by nobody yet'}
              </>
            )}
          </p>
        </div>
        <div className="grid grid-cols-1 gap-4 p-4 md:px-6 xl:grid-cols-[minmax(0,1fr)_18.5rem]">
          <div className="grid grid-cols-1 min-w-0 auto-rows-min gap-4">
            <IncidentTimeline incident={i} />
            {i.last_run_id && <LastRun id={i.last_run_id} />}
            <Told incident={i} />
          </div>
          <div className="grid grid-cols-1 auto-rows-min gap-4">
            <Card title="Facts">
              <Facts>
                <PlaceFacts of={i} />
                <Fact name="Began with">
                  <span className="inline-flex items-center gap-1.5">
                    <StatusGlyph of={KIND[i.kind]} quiet />
                    {KIND[i.kind].word.toLowerCase()}
                  </span>
                </Fact>
                <Fact name="Bad runs">
                  <span className="num">{int(i.bad_runs)}</span>
                </Fact>
                <Fact name="Opened">
                  <At at={i.opened_at} />
                </Fact>
                {i.acknowledged_at && (
                  <Fact name="Taken">
                    <At at={i.acknowledged_at} />
                  </Fact>
                )}
                {i.resolved_at && (
                  <Fact name="Resolved">
                    <At at={i.resolved_at} />
                  </Fact>
                )}
              </Facts>
            </Card>
            {i.namespace && i.name && (
              <LastChange path={{ namespace: i.namespace, name: i.name }} opened={i.opened_at} />
            )}
          </div>
        </div>
      </PageBody>
    </>
  )
}
