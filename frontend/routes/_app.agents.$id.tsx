import { repositoriesQuery } from '@app/api/queries/git'
import { agentQuery } from '@app/api/queries/hosts'
import { monitorsQuery } from '@app/api/queries/monitoring'
import { AgentActions } from '@app/features/agents/AgentActions'
import { AgentFacts, AgentLabels } from '@app/features/agents/AgentFacts'
import { Conditions } from '@app/features/agents/Conditions'
import { PlanCard } from '@app/features/agents/PlanCard'
import { Crumbs } from '@app/features/Crumbs'
import { ApiButton } from '@app/features/shell/ApiButton'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { Card } from '@ui/primitives'
import { PageBody, PageHead } from '@ui/Shell'
import { AGENT, JOB, SOFT, StatusGlyph, StatusPill } from '@ui/status'
import { Ago } from '@ui/Time'
import { clsx } from 'clsx'

export const Route = createFileRoute('/_app/agents/$id')({
  loader: ({ context, params }) => context.query.ensureQueryData(agentQuery(params.id)),
  component: AgentPage,
})

function AgentPage() {
  const { id } = Route.useParams()
  const { data: agent } = useSuspenseQuery(agentQuery(id))
  const { data: monitors = [] } = useQuery(monitorsQuery({ agent: agent.id }))
  const { data: repositories = [] } = useQuery(repositoriesQuery)
  return (
    <>
      <PageHead
        title={
          <Crumbs>
            {[
              <Link key="all" to="/agents">
                Agents
              </Link>,
              <span key="name" className="font-mono text-xs text-fg">
                {agent.name}
              </span>,
            ]}
          </Crumbs>
        }
        actions={
          <>
            <ApiButton />
            <AgentActions agent={agent} />
          </>
        }
      />
      <PageBody>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 pt-4 md:px-6">
          <h1 className="font-mono text-xl font-medium tracking-tight" tabIndex={-1}>
            {agent.name}
          </h1>
          <StatusPill of={AGENT[agent.state]} />
          {agent.drift > 0 && (
            <span
              className={clsx(
                'num inline-flex h-5.5 items-center rounded-full px-2.5 text-xs font-medium',
                SOFT.late,
              )}
            >
              {agent.drift} of {agent.jobs} drifted
            </span>
          )}
          <span className="text-sm text-fg-3">
            seen <Ago at={agent.last_seen_at} />
          </span>
        </div>
        <div className="grid grid-cols-1 gap-4 p-4 md:px-6 xl:grid-cols-[minmax(0,1fr)_18.5rem]">
          <div className="grid grid-cols-1 min-w-0 auto-rows-min gap-4">
            <PlanCard
              agent={agent}
              head={repositories.map((r) => r.commit).find((c) => c === agent.applied_commit)}
            />
            <Card title="Jobs it holds" flush aside={monitors.length || undefined}>
              {monitors.length === 0 ? (
                <p className="border-t px-4 py-6 text-fg-3">None. Its labels match the selector of no job.</p>
              ) : (
                <ul>
                  {monitors.map((m) => (
                    <li key={m.id} className="border-t">
                      <Link
                        to="/jobs/$namespace/$name"
                        params={{ namespace: m.namespace, name: m.name }}
                        className="grid h-10 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-3 px-4 outline-offset-[-2px] hover:bg-hover md:grid-cols-[auto_minmax(0,1fr)_9rem_9rem]"
                      >
                        <StatusGlyph of={JOB[m.status]} />
                        <span className="truncate">
                          <span className="text-fg-3">{m.namespace} / </span>
                          <span className="font-medium">{m.name}</span>
                        </span>
                        <span className="hidden text-xs text-fg-3 md:block">
                          ran <Ago at={m.last_run_at} />
                        </span>
                        <span className="text-xs text-fg-3">
                          next <Ago at={m.expected_at} none="–" />
                        </span>
                      </Link>
                    </li>
                  ))}
                </ul>
              )}
            </Card>
            <Conditions agent={agent} />
          </div>
          <div className="grid grid-cols-1 auto-rows-min gap-4 sm:grid-cols-2 xl:grid-cols-1">
            <AgentFacts agent={agent} />
            <AgentLabels agent={agent} />
          </div>
        </div>
      </PageBody>
    </>
  )
}
