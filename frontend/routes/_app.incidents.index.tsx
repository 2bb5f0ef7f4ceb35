import type { Schemas } from '@app/api/client'
import { rowsOf } from '@app/api/queries/list'
import { incidentsQuery } from '@app/api/queries/monitoring'
import { IncidentHead, IncidentRow } from '@app/features/incidents/IncidentRow'
import { More } from '@app/features/More'
import { ApiButton } from '@app/features/shell/ApiButton'
import { ZoneSwitch } from '@app/features/shell/ZoneSwitch'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Empty } from '@ui/Empty'
import { Chip } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { INCIDENT, StatusGlyph } from '@ui/status'

const STATES = ['open', 'acknowledged', 'resolved'] as const

export const Route = createFileRoute('/_app/incidents/')({
  validateSearch: (s: Record<string, unknown>): { state?: Schemas['IncidentState'] } => ({
    state: STATES.find((state) => state === s.state),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => context.query.ensureInfiniteQueryData(incidentsQuery(deps)),
  component: Incidents,
})

/** Open first, then what somebody has taken, then what is over; each newest first. */
const order = (all: Schemas['Incident'][]) =>
  [...all].sort(
    (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || b.opened_at.localeCompare(a.opened_at),
  )

function Incidents() {
  const { state } = Route.useSearch()
  const go = Route.useNavigate()
  const list = useSuspenseInfiniteQuery(incidentsQuery({ state }))
  const incidents = order(rowsOf(list.data))
  return (
    <>
      <PageHead
        title={<PageTitle>Incidents</PageTitle>}
        actions={
          <>
            <ZoneSwitch />
            <ApiButton />
          </>
        }
      />
      <fieldset className="no-bar flex min-w-0 shrink-0 items-center gap-1 overflow-x-auto border-b px-4 py-2.5 md:px-6">
        <legend className="sr-only">State</legend>
        <Chip on={!state} onClick={() => void go({ search: {} })}>
          All
        </Chip>
        {STATES.map((s) => (
          <Chip
            key={s}
            on={state === s}
            onClick={() => void go({ search: { state: state === s ? undefined : s } })}
          >
            <StatusGlyph of={INCIDENT[s]} size={13} quiet />
            {INCIDENT[s].word}
          </Chip>
        ))}
      </fieldset>
      <PageBody>
        {incidents.length === 0 ? (
          <Empty title={state === 'resolved' ? 'Nothing was ever resolved' : 'Nothing is wrong'}>
            <p>
              An incident opens when a run fails, does not come, takes too long or too short, or when a host
              falls silent. It closes by itself with the first good run.
            </p>
          </Empty>
        ) : (
          <>
            <IncidentHead />
            <ul aria-label="Incidents">
              {incidents.map((i) => (
                <li key={i.id} className="border-b">
                  <IncidentRow incident={i} />
                </li>
              ))}
            </ul>
          </>
        )}
        <More of={list} />
      </PageBody>
    </>
  )
}
