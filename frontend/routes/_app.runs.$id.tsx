import { jobQuery } from '@app/api/queries/jobs'
import { runQuery } from '@app/api/queries/monitoring'
import { Crumbs } from '@app/features/Crumbs'
import { Attempts } from '@app/features/runs/Attempts'
import { Facing } from '@app/features/runs/Facing'
import { OutputViewer } from '@app/features/runs/OutputViewer'
import { RunFacts } from '@app/features/runs/RunFacts'
import { ended, RunResult } from '@app/features/runs/RunResult'
import { WhenAndWhere } from '@app/features/runs/WhenAndWhere'
import { ApiButton } from '@app/features/shell/ApiButton'
import { ZoneSwitch } from '@app/features/shell/ZoneSwitch'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { useJobZone } from '@ui/lib/zone'
import { buttonClass } from '@ui/primitives'
import { PageBody, PageHead } from '@ui/Shell'
import { RUN, StatusPill } from '@ui/status'
import { GitCompareArrows } from 'lucide-react'

type Search = { line?: number; q?: string; wrap?: boolean }

export const Route = createFileRoute('/_app/runs/$id')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    line: typeof s.line === 'number' && s.line > 0 ? s.line : undefined,
    q: typeof s.q === 'string' && s.q ? s.q : undefined,
    wrap: s.wrap === true || undefined,
  }),
  loader: ({ context, params }) => context.query.ensureQueryData(runQuery(params.id)),
  component: RunPage,
})

function RunPage() {
  const { id } = Route.useParams()
  const search = Route.useSearch()
  const go = Route.useNavigate()
  const { data: run } = useSuspenseQuery(runQuery(id))
  useQuery({ ...runQuery(id), refetchInterval: run.status === 'running' ? 15_000 : false })
  const path = { namespace: run.namespace, name: run.name }
  useJobZone(useQuery(jobQuery(path)).data?.timezone)
  const set = (change: Search) =>
    void go({ search: (s) => ({ ...s, ...change }), replace: true, resetScroll: false })
  return (
    <>
      <PageHead
        title={
          <Crumbs>
            {[
              <Link key="runs" to="/runs">
                Runs
              </Link>,
              <Link key="job" to="/jobs/$namespace/$name" params={path}>
                {run.namespace} / {run.name}
              </Link>,
              <span key="id" className="font-mono text-xs text-fg">
                {run.id}
              </span>,
            ]}
          </Crumbs>
        }
        actions={
          <>
            <ZoneSwitch />
            <ApiButton />
            {run.status !== 'running' && (
              <Link
                to="/jobs/$namespace/$name/runs/compare"
                params={path}
                search={{ b: run.id }}
                preload={false}
                title="Compare with the previous success"
                className={buttonClass('line')}
              >
                <GitCompareArrows aria-hidden="true" />
                <span className="max-md:sr-only">Compare with the previous success</span>
              </Link>
            )}
          </>
        }
      />
      <PageBody className="flex flex-col">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 pt-4 md:px-6">
          <h1 className="text-xl font-semibold tracking-tight" tabIndex={-1}>
            {run.name}
          </h1>
          <StatusPill of={RUN[run.status]}>
            {run.status === 'failed' || run.status === 'timed_out'
              ? `${RUN[run.status].word}, ${ended(run)}`.replace(/, (failed|timed out)$/, '')
              : undefined}
          </StatusPill>
          <WhenAndWhere run={run} />
          {run.status === 'running' && <RunResult run={run} />}
        </div>
        <div className="grid flex-1 grid-cols-[minmax(0,1fr)] gap-4 p-4 md:px-6 xl:min-h-0 xl:grid-cols-[minmax(0,1fr)_18.5rem] xl:grid-rows-[minmax(24rem,1fr)]">
          <div className="grid grid-cols-1 min-h-0 min-w-0 grid-rows-[auto_minmax(22rem,1fr)] gap-4">
            <Facing run={run} />
            <OutputViewer run={run} search={search} onSearch={set} />
          </div>
          <div className="grid grid-cols-1 auto-rows-min gap-4 xl:overflow-auto">
            <RunFacts run={run} />
            <Attempts run={run} />
          </div>
        </div>
      </PageBody>
    </>
  )
}
