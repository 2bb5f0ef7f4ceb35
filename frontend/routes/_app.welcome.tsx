import { ApiButton } from '@app/features/shell/ApiButton'
import { AgentPath } from '@app/features/start/AgentPath'
import { PingPath } from '@app/features/start/PingPath'
import { progressQuery } from '@app/features/start/progress'
import { useQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { clsx } from 'clsx'
import { Server, Webhook } from 'lucide-react'

type Search = { path?: 'agent' | 'ping'; how?: string }

export const Route = createFileRoute('/_app/welcome')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    path: s.path === 'agent' || s.path === 'ping' ? s.path : undefined,
    how: typeof s.how === 'string' ? s.how : undefined,
  }),
  component: Welcome,
})

const PATHS = [
  {
    path: 'ping',
    icon: Webhook,
    title: 'Something else schedules my jobs',
    about:
      'Jenkins, Kubernetes, CI, Windows, a crontab you keep: one line reports, and you hear of what is missing.',
  },
  {
    path: 'agent',
    icon: Server,
    title: 'Git should schedule jobs on hosts',
    about: 'An agent writes them into cron from your repository, keeps them so, and reports every run.',
  },
] as const

function Welcome() {
  const { path = 'ping', how } = Route.useSearch()
  const go = Route.useNavigate()
  const { data: progress } = useQuery(progressQuery)
  return (
    <>
      <PageHead title={<PageTitle>First steps</PageTitle>} actions={<ApiButton />} />
      <PageBody className="p-4 md:p-6">
        <div className="mx-auto max-w-4xl">
          <h2 className="text-xl font-semibold tracking-tight">What do you have?</h2>
          <div className="mt-4 grid gap-3 md:grid-cols-2">
            {PATHS.map((p) => (
              <button
                key={p.path}
                type="button"
                aria-pressed={path === p.path}
                onClick={() => void go({ search: { path: p.path }, replace: true })}
                className={clsx(
                  'flex gap-3 rounded-lg border p-4 text-left',
                  path === p.path ? 'border-accent bg-accent-soft' : 'hover:bg-hover',
                )}
              >
                <p.icon
                  aria-hidden="true"
                  className={clsx('mt-0.5 size-5 shrink-0', path === p.path ? 'text-accent' : 'text-fg-3')}
                />
                <span>
                  <span className="block font-medium">{p.title}</span>
                  <span className="mt-0.5 block text-xs text-fg-2">{p.about}</span>
                </span>
              </button>
            ))}
          </div>
          <p className="mt-3 text-sm text-fg-2">
            Or{' '}
            <Link to="/propose" search={{ from: 'crontab' }} className="text-accent underline">
              paste a crontab
            </Link>{' '}
            and see the manifests it becomes.
          </p>
          {path === 'ping' ? (
            <PingPath
              progress={progress}
              how={how}
              onHow={(key) =>
                void go({ search: (s) => ({ ...s, how: key }), replace: true, resetScroll: false })
              }
            />
          ) : (
            <AgentPath progress={progress} />
          )}
        </div>
      </PageBody>
    </>
  )
}
