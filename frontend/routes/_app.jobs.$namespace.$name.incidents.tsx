import { rowsOf } from '@app/api/queries/list'
import { incidentsQuery } from '@app/api/queries/monitoring'
import { IncidentHead, IncidentRow } from '@app/features/incidents/IncidentRow'
import { More } from '@app/features/More'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Card } from '@ui/primitives'

const queryFor = (p: { namespace: string; name: string }) =>
  incidentsQuery({ job: `${p.namespace}/${p.name}` }, 50)

export const Route = createFileRoute('/_app/jobs/$namespace/$name/incidents')({
  loader: ({ context, params }) => context.query.ensureInfiniteQueryData(queryFor(params)),
  component: JobIncidents,
})

function JobIncidents() {
  const list = useSuspenseInfiniteQuery(queryFor(Route.useParams()))
  const incidents = rowsOf(list.data)
  return (
    <div className="p-4 md:px-6">
      <Card title="Incidents of this job" flush>
        {incidents.length === 0 ? (
          <p className="border-t px-4 py-8 text-center text-fg-2">None, ever. Good.</p>
        ) : (
          <div className="border-t">
            <IncidentHead />
            <ul className="divide-y">
              {incidents.map((i) => (
                <li key={i.id}>
                  <IncidentRow incident={i} />
                </li>
              ))}
            </ul>
          </div>
        )}
        <More of={list} />
      </Card>
    </div>
  )
}
