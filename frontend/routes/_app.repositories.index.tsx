import { useReason } from '@app/api/access'
import { repositoriesQuery } from '@app/api/queries/git'
import { ConnectDialog } from '@app/features/git/ConnectDialog'
import { ApiButton } from '@app/features/shell/ApiButton'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { Empty } from '@ui/Empty'
import { count } from '@ui/lib/time'
import { Button, Sha, Tag } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { StatusGlyph, SYNC, TEXT } from '@ui/status'
import { Ago } from '@ui/Time'
import { Plus } from 'lucide-react'

export const Route = createFileRoute('/_app/repositories/')({
  validateSearch: (s: Record<string, unknown>): { connect?: boolean } => ({
    connect: s.connect === true || undefined,
  }),
  loader: ({ context }) => context.query.ensureQueryData(repositoriesQuery),
  component: Repositories,
})

function Repositories() {
  const { connect } = Route.useSearch()
  const go = Route.useNavigate()
  const { data: repositories } = useSuspenseQuery(repositoriesQuery)
  const why = useReason('admin')
  const button = (
    <Button kind="solid" icon={<Plus />} reason={why} onClick={() => void go({ search: { connect: true } })}>
      Connect a repository
    </Button>
  )
  return (
    <>
      <PageHead
        title={<PageTitle>Repositories</PageTitle>}
        actions={
          <>
            <ApiButton />
            {button}
          </>
        }
      />
      <PageBody>
        {repositories.length === 0 ? (
          <Empty title="No repository yet" action={button}>
            <p>
              Manifests live in Git, and Git alone says which jobs there are. Use a repository you have, by
              its address, or an empty one on the Git host that is built in:{' '}
              <code className="font-mono">git push</code> and it tells you in the terminal what is wrong
              before it takes anything.
            </p>
          </Empty>
        ) : (
          <ul aria-label="Repositories">
            {repositories.map((r) => (
              <li key={r.id} className="border-b">
                <Link
                  to="/repositories/$name"
                  params={{ name: r.name }}
                  className="grid min-h-14 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-2 outline-offset-[-2px] hover:bg-hover md:grid-cols-[auto_minmax(0,1.2fr)_minmax(0,1fr)_8rem_7rem] md:px-6"
                >
                  <StatusGlyph of={SYNC[r.state]} size={16} />
                  <span className="min-w-0">
                    <span className="font-medium">{r.name}</span>
                    <span
                      className={`block truncate text-xs ${r.state === 'ok' ? 'text-fg-3' : TEXT[SYNC[r.state].tone]}`}
                    >
                      {r.error ?? (r.errors > 0 ? count(r.errors, 'error') : SYNC[r.state].word)}
                    </span>
                  </span>
                  <span className="hidden min-w-0 truncate font-mono text-xs text-fg-2 md:block">
                    {r.remote_url ?? <Tag>built-in host</Tag>}
                  </span>
                  <span className="hidden text-xs text-fg-2 md:block">
                    {r.commit ? <Sha of={r.commit} /> : '–'} <span className="text-fg-3">{r.branch}</span>
                  </span>
                  <span className="text-right text-xs text-fg-2">
                    {count(r.jobs, 'job')}
                    <span className="block text-fg-3">
                      <Ago at={r.synced_at} none="never synced" />
                    </span>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </PageBody>
      {connect && <ConnectDialog onClose={() => void go({ search: {} })} />}
    </>
  )
}
