import { jobHistoryQuery, jobQuery, nextRunsQuery } from '@app/api/queries/jobs'
import { jobStatisticsQuery } from '@app/api/queries/time'
import { FiguresCard } from '@app/features/job/FiguresCard'
import { HostsCard, PolicyCard, ScheduleCard, SourceCard } from '@app/features/job/SideCards'
import { TimelineCard } from '@app/features/job/TimelineCard'
import { isWindow, type WindowName } from '@app/features/job/window'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Card, Skeleton } from '@ui/primitives'
import { lazy, Suspense } from 'react'

const below = () => import('@app/features/job/Below')
const Below = lazy(below)

type Search = { window?: WindowName; run?: string }

export const Route = createFileRoute('/_app/jobs/$namespace/$name/')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    window: isWindow(s.window) ? s.window : undefined,
    run: typeof s.run === 'string' ? s.run : undefined,
  }),
  loaderDeps: ({ search }) => ({ run: search.run }),
  // What decides how high the cards beside are; what a failure of it means, its card says. What is below them comes at
  // the same time, and nobody waits for it.
  loader: ({ context, params, deps, preload }) => {
    if (!preload)
      void below()
        .then(({ warm }) => warm(context.query, params, deps.run))
        .catch(() => {})
    return Promise.allSettled([
      context.query.ensureQueryData(nextRunsQuery(params, 40)),
      context.query.ensureQueryData(jobStatisticsQuery(params, 30)),
      context.query.ensureInfiniteQueryData(jobHistoryQuery(params)),
    ])
  },
  component: Overview,
})

function Overview() {
  const params = Route.useParams()
  const search = Route.useSearch()
  const go = Route.useNavigate()
  const { data: job } = useSuspenseQuery(jobQuery(params))
  const open = (run: string) => void go({ to: '/runs/$id', params: { id: run } })
  return (
    <div className="grid grid-cols-1 gap-4 p-4 md:px-6 xl:grid-cols-[minmax(0,1fr)_18.5rem]">
      <div className="grid grid-cols-1 min-w-0 auto-rows-min gap-4">
        <TimelineCard
          job={job}
          window={search.window}
          onWindow={(window) => void go({ search: (s) => ({ ...s, window }), replace: true })}
          onOpen={open}
        />
        <Suspense
          fallback={
            <Card title="Duration">
              <Skeleton className="h-48" />
            </Card>
          }
        >
          <Below
            job={job}
            chosen={search.run}
            onChoose={(run) => void go({ search: (s) => ({ ...s, run }), replace: true, resetScroll: false })}
            onOpen={open}
          />
        </Suspense>
      </div>
      <div className="grid grid-cols-1 auto-rows-min gap-4 sm:grid-cols-2 xl:grid-cols-1">
        <ScheduleCard job={job} />
        <FiguresCard job={job} />
        <SourceCard job={job} />
        <HostsCard job={job} />
        <PolicyCard job={job} />
      </div>
    </div>
  )
}
