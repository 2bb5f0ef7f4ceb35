import { jobQuery } from '@app/api/queries/jobs'
import { DurationCard } from '@app/features/job/DurationCard'
import { LatestRuns } from '@app/features/job/LatestRuns'
import { HostsCard, PolicyCard, ScheduleCard, SourceCard } from '@app/features/job/SideCards'
import { TimelineCard } from '@app/features/job/TimelineCard'
import { isWindow, type WindowName } from '@app/features/job/window'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'

type Search = { window?: WindowName; run?: string }

export const Route = createFileRoute('/_app/jobs/$namespace/$name/')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    window: isWindow(s.window) ? s.window : undefined,
    run: typeof s.run === 'string' ? s.run : undefined,
  }),
  component: Overview,
})

function Overview() {
  const params = Route.useParams()
  const search = Route.useSearch()
  const go = Route.useNavigate()
  const { data: job } = useSuspenseQuery(jobQuery(params))
  const open = (run: string) => void go({ to: '/runs/$id', params: { id: run } })
  return (
    <div className="grid gap-4 p-4 md:px-6 xl:grid-cols-[minmax(0,1fr)_18.5rem]">
      <div className="grid min-w-0 auto-rows-min gap-4">
        <TimelineCard
          job={job}
          window={search.window}
          onWindow={(window) => void go({ search: (s) => ({ ...s, window }), replace: true })}
          onOpen={open}
        />
        <DurationCard job={job} onOpen={open} />
        <LatestRuns
          job={job}
          chosen={search.run}
          onChoose={(run) => void go({ search: (s) => ({ ...s, run }), replace: true, resetScroll: false })}
        />
      </div>
      <div className="grid auto-rows-min gap-4 sm:grid-cols-2 xl:grid-cols-1">
        <ScheduleCard job={job} />
        <SourceCard job={job} />
        <HostsCard job={job} />
        <PolicyCard job={job} />
      </div>
    </div>
  )
}
