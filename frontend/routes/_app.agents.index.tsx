import { useReason } from '@app/api/access'
import type { Schemas } from '@app/api/client'
import { agentsQuery } from '@app/api/queries/hosts'
import { rowsOf } from '@app/api/queries/list'
import { AGENT_COLUMNS, AgentRow } from '@app/features/agents/AgentRow'
import { EnrollDialog } from '@app/features/agents/EnrollDialog'
import { EnrollTokens } from '@app/features/agents/EnrollTokens'
import { FilterBox } from '@app/features/FilterBox'
import { More } from '@app/features/More'
import { ApiButton } from '@app/features/shell/ApiButton'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Empty, NoMatch } from '@ui/Empty'
import { Button, Chip } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { AGENT, StatusGlyph } from '@ui/status'
import { Plus } from 'lucide-react'
import { useState } from 'react'

type Search = { state?: Schemas['AgentState']; q?: string }

export const Route = createFileRoute('/_app/agents/')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    state: typeof s.state === 'string' && s.state in AGENT ? (s.state as Schemas['AgentState']) : undefined,
    q: typeof s.q === 'string' && s.q ? s.q : undefined,
  }),
  loaderDeps: ({ search }) => ({ state: search.state }),
  loader: ({ context, deps }) => context.query.ensureInfiniteQueryData(agentsQuery(deps.state)),
  component: Agents,
})

function Agents() {
  const { state, q } = Route.useSearch()
  const go = Route.useNavigate()
  const list = useSuspenseInfiniteQuery(agentsQuery(state))
  const all = rowsOf(list.data)
  const needle = q?.toLowerCase()
  const agents = needle ? all.filter((a) => matches(a, needle)) : all
  const [enrolling, setEnrolling] = useState(false)
  const why = useReason('admin')
  const enrol = (
    <Button kind="solid" icon={<Plus />} reason={why} onClick={() => setEnrolling(true)}>
      Enrol a host
    </Button>
  )
  return (
    <>
      <PageHead
        title={<PageTitle>Agents</PageTitle>}
        actions={
          <>
            <ApiButton />
            {enrol}
          </>
        }
      />
      {all.length === 0 && !state ? (
        <PageBody>
          <Empty title="No host yet" action={enrol}>
            <p>
              An agent holds jobs on a host: it writes them from Git into cron, keeps them so, and says when
              somebody changes them by hand. It never runs a job itself, and needs no open port.
            </p>
          </Empty>
          <EnrollTokens />
        </PageBody>
      ) : (
        <>
          <div className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2.5 md:px-6">
            <FilterBox
              label="Filter agents"
              placeholder="Filter by name or label"
              value={q ?? ''}
              className="flex-1 md:max-w-72"
              onFilter={(typed) =>
                void go({ search: (s) => ({ ...s, q: typed || undefined }), replace: true })
              }
            />
            <fieldset className="no-bar flex min-w-0 max-w-full items-center gap-1 overflow-x-auto">
              <legend className="sr-only">State</legend>
              <Chip on={!state} onClick={() => void go({ search: (s) => ({ ...s, state: undefined }) })}>
                All
              </Chip>
              {(Object.keys(AGENT) as Schemas['AgentState'][]).map((s) => (
                <Chip
                  key={s}
                  on={state === s}
                  onClick={() => void go({ search: (x) => ({ ...x, state: state === s ? undefined : s }) })}
                >
                  <StatusGlyph of={AGENT[s]} size={13} quiet />
                  {AGENT[s].word}
                </Chip>
              ))}
            </fieldset>
          </div>
          <div
            aria-hidden="true"
            className={`label hidden h-8 shrink-0 items-center border-b bg-sunken px-6 md:grid ${AGENT_COLUMNS}`}
          >
            <span>Host</span>
            <span>System</span>
            <span>Labels</span>
            <span className="text-right">Jobs</span>
            <span>In sync</span>
            <span>Seen</span>
          </div>
          <PageBody>
            {agents.length === 0 ? (
              <NoMatch onClear={() => void go({ search: {} })}>No agent matches.</NoMatch>
            ) : (
              <ul aria-label="Agents">
                {agents.map((a) => (
                  <li key={a.id} className="border-b">
                    <AgentRow agent={a} />
                  </li>
                ))}
              </ul>
            )}
            <More of={list} />
            <EnrollTokens />
          </PageBody>
        </>
      )}
      {enrolling && <EnrollDialog onClose={() => setEnrolling(false)} />}
    </>
  )
}

const matches = (a: Schemas['AgentSummary'], needle: string) =>
  `${a.name} ${a.os} ${Object.entries(a.labels)
    .map(([k, v]) => `${k}=${v}`)
    .join(' ')}`
    .toLowerCase()
    .includes(needle)
