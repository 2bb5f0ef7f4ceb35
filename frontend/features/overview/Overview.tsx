import { repositoriesQuery } from '@app/api/queries/git'
import { agentsQuery } from '@app/api/queries/hosts'
import { jobsQuery } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { incidentsQuery, runsQuery } from '@app/api/queries/monitoring'
import { Commits } from '@app/features/git/Commits'
import { IncidentRow } from '@app/features/incidents/IncidentRow'
import { RunResult } from '@app/features/runs/RunResult'
import { ApiButton } from '@app/features/shell/ApiButton'
import { NewJob } from '@app/features/shell/NewJob'
import { ZoneSwitch } from '@app/features/shell/ZoneSwitch'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { int } from '@ui/lib/time'
import { Card } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { AGENT, RUN, StatusGlyph } from '@ui/status'
import { Ago } from '@ui/Time'

/** Whether all is well, and if not, what is not. */
export function Overview() {
  const { data: jobs } = useInfiniteQuery(jobsQuery({}))
  const { data: incidents } = useInfiniteQuery(incidentsQuery({ state: 'open' }, 20))
  const { data: runs } = useInfiniteQuery(runsQuery({}, 100))
  const { data: agents } = useInfiniteQuery(agentsQuery())
  const { data: repositories = [] } = useQuery(repositoriesQuery)
  const all = rowsOf(jobs)
  const well = all.filter((j) => j.status === 'ok').length
  const open = rowsOf(incidents)
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
      <PageBody className="grid auto-rows-min gap-4 p-4 md:p-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <section aria-label="Health" className="xl:col-span-2">
          <p className="text-2xl font-semibold tracking-tight">
            <span className="num">{int(well)}</span>
            <span className="text-fg-3"> of </span>
            <span className="num">{int(all.length)}</span>
            <span className="text-fg-3"> jobs healthy</span>
          </p>
        </section>
        <Card title="Needs attention" flush aside={<Link to="/incidents">All incidents</Link>}>
          {open.length === 0 ? (
            <p className="border-t px-4 py-6 text-fg-2">Nothing failing.</p>
          ) : (
            open.slice(0, 5).map((i) => (
              <div key={i.id} className="border-t">
                <IncidentRow incident={i} />
              </div>
            ))
          )}
        </Card>
        <Card title="Agents" flush aside={<Link to="/agents">All agents</Link>}>
          <ul>
            {rowsOf(agents)
              .slice(0, 6)
              .map((a) => (
                <li
                  key={a.id}
                  className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-3 border-t px-4 py-2"
                >
                  <StatusGlyph of={AGENT[a.state]} />
                  <Link
                    to="/agents/$id"
                    params={{ id: a.id }}
                    className="truncate font-mono text-xs hover:underline"
                  >
                    {a.name}
                  </Link>
                  <span className="text-xs text-fg-3">
                    <Ago at={a.last_seen_at} />
                  </span>
                </li>
              ))}
          </ul>
        </Card>
        {repositories[0] && <Commits repository={repositories[0]} />}
        <Card title="Latest runs" flush>
          <ul>
            {rowsOf(runs)
              .slice(0, 8)
              .map((r) => (
                <li
                  key={r.id}
                  className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-3 border-t px-4 py-2"
                >
                  <StatusGlyph of={RUN[r.status]} />
                  <Link to="/runs/$id" params={{ id: r.id }} className="truncate hover:underline">
                    {r.name}
                  </Link>
                  <RunResult run={r} />
                </li>
              ))}
          </ul>
        </Card>
      </PageBody>
    </>
  )
}
