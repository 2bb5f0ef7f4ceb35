import type { Schemas } from '@app/api/client'
import { runsQuery } from '@app/api/queries/monitoring'
import { RunList } from '@app/features/runs/RunList'
import { StatusFilter } from '@app/features/runs/StatusFilter'
import { createFileRoute } from '@tanstack/react-router'
import { RUN } from '@ui/status'
import { useCallback } from 'react'

export const Route = createFileRoute('/_app/jobs/$namespace/$name/runs')({
  validateSearch: (s: Record<string, unknown>): { status?: Schemas['RunStatus']; run?: string } => ({
    status: typeof s.status === 'string' && s.status in RUN ? (s.status as Schemas['RunStatus']) : undefined,
    run: typeof s.run === 'string' && s.run ? s.run : undefined,
  }),
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context, params, deps }) =>
    context.query.ensureInfiniteQueryData(runsQuery({ job: `${params.namespace}/${params.name}`, ...deps })),
  component: JobRuns,
})

function JobRuns() {
  const { namespace, name } = Route.useParams()
  const { status, run } = Route.useSearch()
  const go = Route.useNavigate()
  const show = useCallback(
    (next?: string) => void go({ search: (s) => ({ ...s, run: next }), resetScroll: false }),
    [go],
  )
  return (
    <div className="p-4 md:px-6">
      <div className="mb-3">
        <StatusFilter
          value={status}
          onChange={(next) => void go({ search: { status: next }, replace: true, resetScroll: false })}
        />
      </div>
      <div className="flex h-[calc(100dvh-17rem)] min-h-80 md:h-[calc(100dvh-14.5rem)] flex-col overflow-hidden rounded-lg border">
        <RunList
          bare
          filter={{ job: `${namespace}/${name}`, status }}
          none={status ? `No ${RUN[status].word.toLowerCase()} runs.` : 'No run yet.'}
          shown={run}
          onShow={show}
          onWalk={(next) =>
            void go({ search: (s) => ({ ...s, run: next }), replace: true, resetScroll: false })
          }
          onCompare={(a, b) =>
            void go({
              to: '/jobs/$namespace/$name/runs/compare',
              params: { namespace, name },
              search: { a, b },
            })
          }
        />
      </div>
    </div>
  )
}
