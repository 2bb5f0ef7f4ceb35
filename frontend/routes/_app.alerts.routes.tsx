import type { Schemas } from '@app/api/client'
import { sentence } from '@app/api/problem'
import { channelsQuery, routesQuery, routeTestQuery } from '@app/api/queries/alerts'
import { someJobsQuery } from '@app/api/queries/jobs'
import { RouteCard } from '@app/features/alerts/RouteCard'
import { RuleCard } from '@app/features/alerts/RuleCard'
import { FilterBox } from '@app/features/FilterBox'
import { KIND } from '@app/features/incidents/words'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Snippet } from '@ui/Copy'
import { Empty } from '@ui/Empty'
import { duration } from '@ui/lib/time'
import { Card, Note, Tag } from '@ui/primitives'
import { At } from '@ui/Time'

type Search = { job?: string; kind?: Schemas['IncidentKind'] }

export const Route = createFileRoute('/_app/alerts/routes')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    job: typeof s.job === 'string' && s.job ? s.job : undefined,
    kind: typeof s.kind === 'string' && s.kind in KIND ? (s.kind as Schemas['IncidentKind']) : undefined,
  }),
  loader: ({ context }) => context.query.ensureQueryData(routesQuery),
  component: Routes,
})

function Routes() {
  const { data: routes } = useSuspenseQuery(routesQuery)
  const { data: channels } = useQuery(channelsQuery)
  const byName = channels && new Map(channels.map((c) => [c.name, c]))
  return (
    <div className="grid grid-cols-1 gap-4 p-4 md:px-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="grid grid-cols-1 min-w-0 auto-rows-min gap-4">
        {routes.length === 0 ? (
          <Empty title="No route in Git">
            <p>
              Everything goes to the default channels. A route says who is told of which jobs, and who is
              next:
            </p>
            <Snippet label="route" text={EXAMPLE} />
          </Empty>
        ) : (
          routes.map((r) =>
            r.route ? (
              <RouteCard key={`${r.namespace}/${r.name}`} rule={r} route={r.route} channels={byName} />
            ) : (
              <RuleCard key={`${r.namespace}/${r.name}`} rule={r} />
            ),
          )
        )}
      </div>
      <WhoIsTold />
    </div>
  )
}

/** Asks the server what would happen; nothing is sent. */
function WhoIsTold() {
  const { job = '', kind = 'failed' } = Route.useSearch()
  const go = Route.useNavigate()
  const { data, error } = useQuery(routeTestQuery(job, kind))
  const { data: jobs } = useQuery(someJobsQuery)
  return (
    <Card title="Who would be told?" className="self-start">
      <div className="grid grid-cols-1 gap-2">
        <FilterBox
          label="Job"
          placeholder="namespace/name"
          value={job}
          options={jobs?.items.map((j) => `${j.namespace}/${j.name}`)}
          onFilter={(typed) =>
            void go({ search: (s) => ({ ...s, job: typed.trim() || undefined }), replace: true })
          }
        />
        <select
          aria-label="What happens"
          value={kind}
          onChange={(e) =>
            void go({
              search: (s) => ({ ...s, kind: e.target.value as Schemas['IncidentKind'] }),
              replace: true,
            })
          }
          className="h-8 rounded-md border border-line-2 bg-surface px-2 text-sm"
        >
          {(Object.keys(KIND) as Schemas['IncidentKind'][]).map((k) => (
            <option key={k} value={k}>
              {KIND[k].word.toLowerCase()}
            </option>
          ))}
        </select>
      </div>
      <div className="mt-3" role="status">
        {!job && <p className="text-xs text-fg-3">Name a job; nothing is sent.</p>}
        {error && <Note tone="fail">{sentence(error)}</Note>}
        {data && <Steps test={data} />}
      </div>
    </Card>
  )
}

function Steps({ test }: { test: Schemas['RouteTest'] }) {
  return (
    <div className="space-y-3">
      {test.silent_why && (
        <Note tone="late">
          Nobody, until <At at={test.silent_until} />: {test.silent_why}
        </Note>
      )}
      {test.steps.length === 0 ? (
        <Note tone="late">
          Nobody.{' '}
          {test.not_severe_for?.length
            ? `It is ${test.severity}, which is not grave enough for ${test.not_severe_for.join(', ')}.`
            : 'No route is for it, and no channel is a default.'}
        </Note>
      ) : (
        <ol className="space-y-2">
          {test.steps.map((s, i) => (
            <li key={i} className="flex items-baseline gap-3 text-sm">
              <span className="num w-16 shrink-0 text-xs text-fg-3">
                {s.after_seconds === 0 ? 'at once' : `after ${duration(s.after_seconds * 1000)}`}
              </span>
              <span className="flex flex-wrap gap-1">
                {s.channels.map((c) => (
                  <Tag key={c.id} mono>
                    {c.name}
                  </Tag>
                ))}
                {s.owners && <Tag>the owners, by mail</Tag>}
                {s.missing?.map((name) => (
                  <span key={name} className="text-xs text-fail">
                    {name} is no channel that is on
                  </span>
                ))}
              </span>
              <span className="ml-auto text-xs text-fg-3">{s.route ?? 'default'}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}

const EXAMPLE = `apiVersion: crontopus/v1
kind: Route
metadata: {name: platform}
spec:
  selector: {team: platform}
  on: [failed, missed, timed_out, recovered]
  minSeverity: warning
  steps:
    - channels: [slack-platform]
    - after: 15m
      channels: [pagerduty-oncall]
  repeatEvery: 4h
`
