import { jobsQuery } from '@app/api/queries/jobs'
import { ApiButton } from '@app/features/shell/ApiButton'
import { ZoneSwitch } from '@app/features/shell/ZoneSwitch'
import { Agenda } from '@app/features/timeline/Agenda'
import { AxisView } from '@app/features/timeline/AxisView'
import { isSpan, SPAN_OPTIONS, SPANS, type SpanName } from '@app/features/timeline/spans'
import { Walk } from '@app/features/timeline/Walk'
import { WeekLoad } from '@app/features/timeline/WeekLoad'
import { createFileRoute } from '@tanstack/react-router'
import { now } from '@ui/lib/clock'
import { useKeys } from '@ui/lib/keys'
import { Segmented } from '@ui/primitives'
import { PageHead, PageTitle } from '@ui/Shell'

type View = 'lanes' | 'agenda' | 'load'
type Search = { view?: View; span?: SpanName; at?: number; q?: string; namespace?: string }

const VIEWS = [
  { value: 'lanes', label: 'Lanes' },
  { value: 'agenda', label: 'Agenda' },
  { value: 'load', label: 'Load' },
] as const

export const Route = createFileRoute('/_app/timeline')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    view: VIEWS.map((v) => v.value).find((v) => v === s.view && v !== 'lanes'),
    span: isSpan(s.span) ? s.span : undefined,
    at: typeof s.at === 'number' && Number.isFinite(s.at) ? s.at : undefined,
    q: typeof s.q === 'string' && s.q ? s.q : undefined,
    namespace: typeof s.namespace === 'string' && s.namespace ? s.namespace : undefined,
  }),
  loaderDeps: ({ search: { view, q, namespace } }) => ({ lanes: !view, q, namespace }),
  // How the jobs are, asked for while the axis finds out how much room it has.
  loader: ({ context, deps: { lanes, ...filter } }) => {
    if (lanes) void context.query.prefetchInfiniteQuery(jobsQuery(filter))
  },
  component: TimelinePage,
})

function TimelinePage() {
  const { view = 'lanes', span = '12h', at, q, namespace } = Route.useSearch()
  const go = Route.useNavigate()
  const set = (change: Search) => void go({ search: (s) => ({ ...s, ...change }), replace: true })
  const step = view === 'lanes' ? SPANS[span].ms / 2 : view === 'agenda' ? 86_400_000 : 7 * 86_400_000
  const move = (by: number) => set({ at: (at ?? now()) + by * step })
  useKeys({ '[': () => move(-1), ']': () => move(1) })
  return (
    <>
      <PageHead
        title={<PageTitle>Timeline</PageTitle>}
        actions={
          <>
            <ZoneSwitch />
            <ApiButton />
          </>
        }
      />
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2.5 md:px-6">
        <Segmented
          label="View"
          value={view}
          onChange={(next) => set({ view: next === 'lanes' ? undefined : next, at: undefined })}
          options={VIEWS}
        />
        {view === 'lanes' && (
          <Segmented
            label="Window"
            value={span}
            onChange={(next) => set({ span: next })}
            options={SPAN_OPTIONS}
          />
        )}
        <Walk onMove={move} onNow={() => set({ at: undefined })} />
      </div>
      {view === 'lanes' && (
        <AxisView
          span={span}
          at={at}
          filter={{ q, namespace }}
          onFilter={(next) => set({ q: next || undefined })}
          onMove={set}
        />
      )}
      {view === 'agenda' && (
        <Agenda at={at} namespace={namespace} onNamespace={(next) => set({ namespace: next })} />
      )}
      {view === 'load' && <WeekLoad at={at} onPick={(moment) => set({ view: 'agenda', at: moment })} />}
    </>
  )
}
