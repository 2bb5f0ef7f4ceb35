import type { Schemas } from '@app/api/client'
import { api, get } from '@app/api/client'
import { type RunFilter, runsQuery } from '@app/api/queries/monitoring'
import { FilterBox } from '@app/features/FilterBox'
import { RunList } from '@app/features/runs/RunList'
import { StatusFilter } from '@app/features/runs/StatusFilter'
import { WhenFilter } from '@app/features/runs/WhenFilter'
import { ApiButton } from '@app/features/shell/ApiButton'
import { ZoneSwitch } from '@app/features/shell/ZoneSwitch'
import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Button } from '@ui/primitives'
import { PageHead, PageTitle } from '@ui/Shell'
import { RUN } from '@ui/status'
import { X } from 'lucide-react'
import { useCallback } from 'react'

type Filter = Pick<RunFilter, 'job' | 'agent' | 'status' | 'after' | 'before'>
type Search = Filter & { run?: string }
const text = (v: unknown) => (typeof v === 'string' && v ? v : undefined)
const instant = (v: unknown) => (typeof v === 'string' && !Number.isNaN(Date.parse(v)) ? v : undefined)

export const Route = createFileRoute('/_app/runs/')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    job: text(s.job),
    agent: text(s.agent),
    status: typeof s.status === 'string' && s.status in RUN ? (s.status as Schemas['RunStatus']) : undefined,
    after: instant(s.after),
    before: instant(s.before),
    run: text(s.run),
  }),
  loaderDeps: ({ search }) => filterOf(search),
  loader: ({ context, deps }) => context.query.ensureInfiniteQueryData(runsQuery(deps)),
  component: Runs,
})

/** What of the address says which runs are listed. */
const filterOf = ({ job, agent, status, after, before }: Search): Filter => ({
  job,
  agent,
  status,
  after,
  before,
})

function Runs() {
  const search = Route.useSearch()
  const filter = filterOf(search)
  const go = Route.useNavigate()
  const show = useCallback(
    (run?: string) => void go({ search: (s) => ({ ...s, run }), resetScroll: false }),
    [go],
  )
  const { data: hosts } = useQuery({
    queryKey: ['palette', 'agents'],
    queryFn: ({ signal }) => get(api.GET('/api/v1/agents', { params: { query: { limit: 200 } }, signal })),
  })
  const any = Object.values(filter).some(Boolean)
  return (
    <>
      <PageHead
        title={<PageTitle>Runs</PageTitle>}
        actions={
          <>
            <ZoneSwitch />
            <ApiButton />
          </>
        }
      />
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2.5 md:px-6">
        <FilterBox
          label="Runs of a job"
          placeholder="namespace/name"
          value={filter.job ?? ''}
          className="flex-1 md:max-w-64"
          onFilter={(job) =>
            void go({ search: (s) => ({ ...s, job: job.trim() || undefined }), replace: true })
          }
        />
        <StatusFilter
          value={filter.status}
          onChange={(status) => void go({ search: (s) => ({ ...s, status }) })}
        />
        <div className="ml-auto flex items-center gap-2">
          {any && (
            <Button kind="ghost" small icon={<X />} onClick={() => void go({ search: {} })}>
              Clear
            </Button>
          )}
          <WhenFilter
            value={filter}
            onChange={({ after, before }) => void go({ search: (s) => ({ ...s, after, before }) })}
          />
          <label>
            <span className="sr-only">Agent</span>
            <select
              value={filter.agent ?? ''}
              onChange={(e) => void go({ search: (s) => ({ ...s, agent: e.target.value || undefined }) })}
              className="h-8 max-w-44 rounded-md border border-line-2 bg-surface px-2 text-sm"
            >
              <option value="">Everywhere</option>
              {hosts?.items.map((a) => (
                <option key={a.id} value={a.id}>
                  {a.name}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      <RunList
        filter={filter}
        shown={search.run}
        onShow={show}
        onWalk={(run) => void go({ search: (s) => ({ ...s, run }), replace: true, resetScroll: false })}
        none={
          any
            ? `No ${filter.status ? `${RUN[filter.status].word.toLowerCase()} ` : ''}runs${filter.job ? ` of ${filter.job}` : ''} here.`
            : 'No run yet. The first one shows here by itself.'
        }
      />
    </>
  )
}
