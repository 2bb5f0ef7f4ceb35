import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get } from '@app/api/client'
import { diagnosticsQuery, repositoryQuery } from '@app/api/queries/git'
import { rowsOf } from '@app/api/queries/list'
import { Crumbs } from '@app/features/Crumbs'
import { Commits } from '@app/features/git/Commits'
import { Diagnostics } from '@app/features/git/Diagnostics'
import { RepositoryMenu } from '@app/features/git/RepositoryMenu'
import { WebhookCard } from '@app/features/git/WebhookCard'
import { More } from '@app/features/More'
import { ApiButton } from '@app/features/shell/ApiButton'
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { Snippet } from '@ui/Copy'
import { int } from '@ui/lib/time'
import { Button, Card, Fact, Facts, Note, Sha } from '@ui/primitives'
import { PageBody, PageHead } from '@ui/Shell'
import { StatusPill, SYNC } from '@ui/status'
import { Ago } from '@ui/Time'
import { RefreshCw } from 'lucide-react'

export const Route = createFileRoute('/_app/repositories/$name')({
  loader: ({ context, params }) => context.query.ensureQueryData(repositoryQuery(params.name)),
  component: RepositoryPage,
})

function RepositoryPage() {
  const { name } = Route.useParams()
  const { data: r } = useSuspenseQuery(repositoryQuery(name))
  const diagnostics = useInfiniteQuery(diagnosticsQuery(name))
  const wrong = rowsOf(diagnostics.data)
  const why = useReason('member')
  const sync = useAction(
    () => get(api.POST('/api/v1/repositories/{name}/sync', { params: { path: { name } } })),
    {
      done: 'Asked; what changed shows here by itself',
      stale: [['repository', name], ['repositories']],
    },
  )
  return (
    <>
      <PageHead
        title={
          <Crumbs>
            {[
              <Link key="all" to="/repositories">
                Repositories
              </Link>,
              <span key="name" className="text-fg">
                {r.name}
              </span>,
            ]}
          </Crumbs>
        }
        actions={
          <>
            <ApiButton />
            <Button icon={<RefreshCw />} reason={why} pending={sync.isPending} onClick={() => sync.mutate()}>
              Sync now
            </Button>
            <RepositoryMenu repository={r} />
          </>
        }
      />
      <PageBody>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 pt-4 md:px-6">
          <h1 className="text-xl font-semibold tracking-tight" tabIndex={-1}>
            {r.name}
          </h1>
          <StatusPill of={SYNC[r.state]} />
          <span className="text-sm text-fg-3">
            {r.commit && (
              <>
                <span className="font-mono text-xs">{r.branch}</span> at <Sha of={r.commit} />,{' '}
              </>
            )}
            synced <Ago at={r.synced_at} />
          </span>
        </div>
        <div className="grid grid-cols-1 gap-4 p-4 md:px-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
          <div className="grid grid-cols-1 min-w-0 auto-rows-min gap-4">
            {r.error && (
              <Note tone="fail">The last sync failed: {r.error}. What was in force stays in force.</Note>
            )}
            {wrong.length > 0 && (
              <Card
                title="What is wrong in it"
                flush
                aside={<span className="num">{int(r.errors)} errors</span>}
              >
                <Diagnostics items={wrong} />
                <More of={diagnostics} />
              </Card>
            )}
            <Commits repository={r} />
          </div>
          <div className="grid grid-cols-1 auto-rows-min gap-4">
            <Card title="Facts">
              <Facts>
                <Fact name="Jobs in force">{int(r.jobs)}</Fact>
                <Fact name="Follows">
                  <span className="font-mono text-xs">{r.branch}</span>
                </Fact>
                <Fact name="Kind">{r.kind === 'built_in' ? 'built-in host' : 'remote'}</Fact>
                {r.kind === 'remote' && <Fact name="Fetched every">{r.sync_interval_seconds} s</Fact>}
                {r.remote_url && (
                  <Fact name="Address">
                    <span className="font-mono text-xs break-all">{r.remote_url}</span>
                  </Fact>
                )}
              </Facts>
            </Card>
            <Card title={r.kind === 'built_in' ? 'Clone and push' : 'Agents read it here'}>
              <Snippet text={`git clone ${location.origin}${r.git_path}`} label="clone line" wrap />
              <p className="mt-2 text-xs text-fg-3">
                Any name, and an API token with <code className="font-mono">jobs:read</code>
                {r.kind === 'built_in' && (
                  <>
                    {' '}
                    (to push, <code className="font-mono">jobs:write</code>)
                  </>
                )}{' '}
                as the password.
              </p>
            </Card>
            {r.kind === 'remote' && <WebhookCard repository={r} />}
          </div>
        </div>
      </PageBody>
    </>
  )
}
