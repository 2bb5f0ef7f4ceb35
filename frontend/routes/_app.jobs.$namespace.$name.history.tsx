import { sentence } from '@app/api/problem'
import { type JobPath, jobDiffQuery, jobHistoryQuery } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { Took } from '@app/features/job/Took'
import { More } from '@app/features/More'
import { useQuery, useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { Diff } from '@ui/Diff'
import { Avatar, buttonClass, Card, Note, Sha, Tag } from '@ui/primitives'
import { Ago } from '@ui/Time'
import { clsx } from 'clsx'
import { FileCode2 } from 'lucide-react'

export const Route = createFileRoute('/_app/jobs/$namespace/$name/history')({
  validateSearch: (s: Record<string, unknown>): { commit?: string } => ({
    commit: typeof s.commit === 'string' ? s.commit : undefined,
  }),
  loader: ({ context, params }) => context.query.ensureInfiniteQueryData(jobHistoryQuery(params)),
  component: History,
})

function History() {
  const params = Route.useParams()
  const { commit } = Route.useSearch()
  const go = Route.useNavigate()
  const list = useSuspenseInfiniteQuery(jobHistoryQuery(params))
  const revisions = rowsOf(list.data)
  const at = Math.max(
    0,
    revisions.findIndex((r) => r.commit === commit),
  )
  const shown = revisions[at]
  const before = revisions[at + 1]
  if (!shown) return <p className="p-6 text-fg-3">No commit touched it.</p>
  return (
    <div className="grid grid-cols-1 gap-4 p-4 md:px-6 lg:grid-cols-[22rem_minmax(0,1fr)]">
      <Card title="Commits that touched it" flush>
        <ul>
          {revisions.map((r, i) => (
            <li key={r.commit} className="border-t">
              <button
                type="button"
                aria-pressed={i === at}
                onClick={() => void go({ search: { commit: r.commit }, replace: true, resetScroll: false })}
                className={clsx(
                  'flex w-full items-start gap-3 px-4 py-2 text-left outline-offset-[-2px]',
                  i === at ? 'bg-line' : 'hover:bg-hover',
                )}
              >
                <Avatar name={r.author} />
                <span className="min-w-0 flex-1">
                  <span className="block truncate">{r.summary}</span>
                  <span className="flex items-center gap-2 text-xs text-fg-3">
                    <Sha of={r.commit} />
                    <span className="truncate">{r.author.replace(/ <.*/, '')}</span>
                    <span className="ml-auto whitespace-nowrap">
                      <Ago at={r.authored_at} />
                    </span>
                  </span>
                  <span className="block text-xs">
                    <Took of={r.durations} />
                  </span>
                  {!r.digest && (
                    <span className="mt-1 inline-block">
                      <Tag>not in force after it</Tag>
                    </span>
                  )}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <More of={list} />
      </Card>
      <Card
        flush
        label="What the commit changed"
        title={
          <span className="flex items-center gap-2">
            <Sha of={shown.commit} />
            {shown.summary}
          </span>
        }
        aside={
          <>
            <span className="max-sm:hidden">
              {before ? `against ${before.commit.slice(0, 7)}` : 'the first'}
            </span>
            {shown.digest && (
              <Link
                to="/jobs/$namespace/$name/manifest"
                params={params}
                search={{ ref: shown.commit }}
                className={buttonClass('ghost', { small: true })}
              >
                <FileCode2 aria-hidden="true" />
                Manifest then
              </Link>
            )}
          </>
        }
      >
        <div className="border-t">
          {before ? (
            <Change path={params} from={before.commit} to={shown.commit} />
          ) : (
            <p className="p-4 text-fg-3">
              The job began with this commit; there is nothing to compare it with.
            </p>
          )}
        </div>
      </Card>
    </div>
  )
}

function Change({ path, from, to }: { path: JobPath; from: string; to: string }) {
  const { data, error, isPending } = useQuery(
    jobDiffQuery({ namespace: path.namespace, name: path.name }, from, to),
  )
  if (error) {
    return (
      <div className="p-4">
        <Note tone="fail">{sentence(error)}</Note>
      </div>
    )
  }
  if (isPending) return <div className="h-40" aria-busy="true" />
  if (!data.diff)
    return <p className="p-4 text-fg-3">Nothing that matters changed: only its wording or its place.</p>
  return <Diff text={data.diff} label="Changed lines" />
}
