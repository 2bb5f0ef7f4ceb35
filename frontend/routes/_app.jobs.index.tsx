import type { Schemas } from '@app/api/client'
import { type JobFilter, jobsQuery, namespacesQuery, urgentQuery } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { FilterBox } from '@app/features/FilterBox'
import { JobHead } from '@app/features/jobs/JobHead'
import { JobRow } from '@app/features/jobs/JobRow'
import { parseSearch, writeSearch } from '@app/features/jobs/search'
import { sortOf } from '@app/features/jobs/sort'
import { useChosen } from '@app/features/jobs/useChosen'
import { ApiButton } from '@app/features/shell/ApiButton'
import { NewJob } from '@app/features/shell/NewJob'
import { isSpan, type SpanName } from '@app/features/timeline/spans'
import { useNarrow } from '@app/features/useNarrow'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { Empty, NoMatch } from '@ui/Empty'
import { useKeys } from '@ui/lib/keys'
import { int } from '@ui/lib/time'
import { buttonClass, Chip, Segmented } from '@ui/primitives'
import { PageHead, PageTitle } from '@ui/Shell'
import { JOB, StatusGlyph } from '@ui/status'
import { VirtualList } from '@ui/VirtualList'
import { lazy, Suspense, useCallback, useMemo } from 'react'

const ChosenBar = lazy(() => import('@app/features/jobs/ChosenBar'))
const JobsTimeline = lazy(() => import('@app/features/jobs/JobsTimeline'))

const VIEWS = [
  { value: 'runs', label: 'Runs' },
  { value: 'timeline', label: 'Timeline' },
] as const

/** The list as rows, or on one axis of time. */
type Search = JobFilter & { view?: 'timeline'; span?: SpanName; at?: number }
const text = (v: unknown) => (typeof v === 'string' && v ? v : undefined)

export const Route = createFileRoute('/_app/jobs/')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    q: text(s.q),
    namespace: text(s.namespace),
    label: text(s.label),
    status: typeof s.status === 'string' && s.status in JOB ? (s.status as Schemas['JobStatus']) : undefined,
    view: s.view === 'timeline' ? s.view : undefined,
    span: isSpan(s.span) ? s.span : undefined,
    at: typeof s.at === 'number' && Number.isFinite(s.at) ? s.at : undefined,
    sort: sortOf(s.sort),
  }),
  loaderDeps: ({ search }) => filterOf(search),
  loader: ({ context, deps }) => {
    void context.query.ensureQueryData(namespacesQuery)
    return Promise.all([
      context.query.ensureInfiniteQueryData(jobsQuery(deps)),
      deps.status || deps.sort ? undefined : context.query.ensureQueryData(urgentQuery(deps)),
    ])
  },
  component: Jobs,
})

/** What of the address says which jobs are listed. */
const filterOf = ({ q, namespace, label, status, sort }: Search): JobFilter => ({
  q,
  namespace,
  label,
  status,
  sort,
})

function Jobs() {
  const search = Route.useSearch()
  const filter = filterOf(search)
  const go = Route.useNavigate()
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(jobsQuery(filter))
  const urgent = useUrgent(filter)
  const listed = rowsOf(data)
  const jobs = useMemo(() => {
    // A job whose place changed between two pages may be on both.
    const seen = new Set<string>()
    return [...urgent, ...listed].filter((j) => !seen.has(j.id) && seen.add(j.id))
  }, [urgent, listed])
  const narrow = useNarrow()
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const filtered = Object.values({ ...filter, sort: undefined }).some(Boolean)
  const { chosen, choose, clear } = useChosen(jobs)
  useKeys({
    // The row that has the focus has one box.
    x: () => document.activeElement?.closest('li')?.querySelector<HTMLInputElement>('input')?.click(),
    ...(chosen.size > 0 && { Escape: clear }),
  })
  return (
    <>
      <PageHead
        title={<PageTitle>Jobs</PageTitle>}
        actions={
          <>
            <ApiButton />
            <NewJob />
          </>
        }
      />
      {!filtered && jobs.length === 0 ? (
        <NoJobs />
      ) : (
        <>
          <div className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2.5 md:px-6">
            <FilterBox
              label="Filter jobs"
              placeholder="Filter by name, or team=data"
              value={writeSearch(filter)}
              className="flex-1 md:max-w-80"
              onFilter={(typed) =>
                void go({
                  search: (s) => ({ ...s, q: undefined, label: undefined, ...parseSearch(typed) }),
                  replace: true,
                })
              }
            />
            <StatusChips status={filter.status} counts={data?.pages[0]?.counts} />
            <Namespaces chosen={filter.namespace} />
            <Segmented
              label="View"
              value={search.view ?? 'runs'}
              onChange={(view) =>
                void go({ search: (s) => ({ ...s, view: view === 'timeline' ? view : undefined }) })
              }
              options={VIEWS}
            />
          </div>
          <div hidden={!!search.view}>
            <JobHead filter={filter} />
          </div>
          {jobs.length === 0 ? (
            <NoMatch onClear={() => void go({ search: ({ view, sort }) => ({ view, sort }) })}>
              {nothing(filter)}
            </NoMatch>
          ) : search.view ? (
            <Suspense fallback={<div aria-busy="true" />}>
              <JobsTimeline
                jobs={jobs}
                urgent={urgent.length}
                filter={filter}
                span={search.span ?? '12h'}
                at={search.at}
                onMove={(to) => void go({ search: (s) => ({ ...s, ...to }), replace: true })}
                onEnd={more}
              />
            </Suspense>
          ) : (
            <div className="relative flex min-h-0 flex-1 flex-col">
              <VirtualList
                label="Jobs"
                count={jobs.length}
                height={narrow ? 60 : 48}
                row={(i) => {
                  const job = jobs[i]
                  return (
                    job && (
                      <JobRow
                        job={job}
                        chosen={chosen.has(job.id)}
                        choosing={chosen.size > 0}
                        onChoose={choose}
                      />
                    )
                  )
                }}
                onEnd={more}
              />
              {chosen.size > 0 && (
                <Suspense fallback={null}>
                  <ChosenBar jobs={[...chosen.values()]} onClear={clear} />
                </Suspense>
              )}
            </div>
          )}
        </>
      )}
    </>
  )
}

const NOTHING: Schemas['JobSummary'][] = []

/** What needs somebody stands first, unless one status or an order was asked for. */
function useUrgent(filter: JobFilter): Schemas['JobSummary'][] {
  const plain = !filter.status && !filter.sort
  const { data } = useQuery({ ...urgentQuery(filter), enabled: plain })
  return plain ? (data ?? NOTHING) : NOTHING
}

/** `No failing jobs match “ledger”.` */
function nothing(filter: JobFilter): string {
  const what = filter.status ? `${JOB[filter.status].word.toLowerCase()} jobs` : 'jobs'
  const place = filter.namespace ? ` in ${filter.namespace}` : ''
  const words = writeSearch(filter)
  if (filter.status === 'failing' && !words) return `Nothing failing${place}.`
  return `No ${what}${place}${words ? ` match “${words}”` : ''}.`
}

const CHIPS: Schemas['JobStatus'][] = [
  'failing',
  'late',
  'invalid',
  'unplaced',
  'unknown',
  'ok',
  'pending',
  'paused',
  'disabled',
]

function StatusChips({
  status,
  counts,
}: {
  status?: Schemas['JobStatus']
  counts?: Schemas['JobCounts'] | null
}) {
  const go = Route.useNavigate()
  const shown = CHIPS.filter((s) => s === status || !counts || counts[s] > 0)
  return (
    <fieldset className="no-bar flex min-w-0 max-w-full items-center gap-1 overflow-x-auto">
      <legend className="sr-only">Status</legend>
      <Chip on={!status} onClick={() => void go({ search: (s) => ({ ...s, status: undefined }) })}>
        All
        {counts && <span className="num text-fg-3">{int(counts.all)}</span>}
      </Chip>
      {shown.map((s) => (
        <Chip
          key={s}
          on={status === s}
          onClick={() => void go({ search: (x) => ({ ...x, status: status === s ? undefined : s }) })}
        >
          <StatusGlyph of={JOB[s]} size={13} quiet />
          {JOB[s].word}
          {counts && <span className="num text-fg-3">{int(counts[s])}</span>}
        </Chip>
      ))}
    </fieldset>
  )
}

function Namespaces({ chosen }: { chosen?: string }) {
  const go = Route.useNavigate()
  const { data = [] } = useQuery({ ...namespacesQuery, placeholderData: keepPreviousData })
  return (
    <label className="ml-auto flex items-center gap-2 text-xs text-fg-3">
      <span className="sr-only">Namespace</span>
      <select
        value={chosen ?? ''}
        onChange={(e) => void go({ search: (s) => ({ ...s, namespace: e.target.value || undefined }) })}
        className="h-8 max-w-48 rounded-md border border-line-2 bg-surface px-2 text-sm text-fg"
      >
        <option value="">All namespaces</option>
        {data.map((n) => (
          <option key={n.name} value={n.name}>
            {n.name} · {int(n.jobs)}
            {n.failing > 0 ? ` · ${int(n.failing)} failing` : ''}
          </option>
        ))}
      </select>
    </label>
  )
}

const NoJobs = () => (
  <Empty
    title="No jobs yet"
    action={
      <>
        <Link to="/welcome" className={buttonClass('solid')}>
          First steps
        </Link>
        <Link to="/propose" className={buttonClass('line')}>
          Write a manifest
        </Link>
      </>
    }
  >
    <p>
      A job is a YAML file in a Git repository: when it runs, where, and what is told to whom when it does
      not. Push one, and it is here within a second, with its next runs.
    </p>
  </Empty>
)
